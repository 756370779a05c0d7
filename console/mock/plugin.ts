import type { Plugin } from "vite";
import { MOCK_TOKEN, mockRoutes } from "./api.ts";
import { answer } from "./serve.ts";

/** In development without a running app, a sample app answers. */
export function mockApi(): Plugin {
  return {
    name: "millrace-mock-api",
    apply: "serve",
    configureServer(server) {
      const { app } = mockRoutes({ runs: 100_000, now: Date.now });
      server.middlewares.use((request, response, next) => {
        if (!/^\/(api|files)\//.test(request.url ?? "")) return next();
        void answer(app, request, response);
      });
      server.httpServer?.once("listening", () => {
        server.config.logger.info(`  A made-up app answers. Sign in with #token=${MOCK_TOKEN}`);
      });
    },
  };
}
