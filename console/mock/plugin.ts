import type { Plugin } from "vite";
import { MOCK_TOKEN, mockApi } from "./api.ts";
import { answer } from "./serve.ts";

/** In development without a running app, a recorded one answers. */
export function recordedApi(): Plugin {
  return {
    name: "millrace-mock-api",
    apply: "serve",
    configureServer(server) {
      const { app } = mockApi();
      server.middlewares.use((request, response, next) => {
        if (!/^\/(api|files)\//.test(request.url ?? "")) return next();
        void answer(app, request, response);
      });
      server.httpServer?.once("listening", () => {
        server.config.logger.info(`  A recorded app answers. Sign in with #token=${MOCK_TOKEN}`);
      });
    },
  };
}
