import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { recordedApi } from "./mock/plugin.ts";
import { precompress } from "./precompress.ts";

/**
 * `MILLRACE_API`: address of a running API, as `millrace console` prints it. Without one, a recorded app
 * answers.
 */
const target = process.env.MILLRACE_API?.replace(/\/$/, "");

export default defineConfig({
  root: import.meta.dirname,
  // The page is served under "/" on AWS and under "/_api/<id>/" locally.
  base: "./",
  plugins: [react(), precompress(), ...(target ? [] : [recordedApi()])],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2022",
    // Inlined files would be data: addresses, which the page's policy refuses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    port: 4707,
    ...(target && {
      proxy: { "/api": { target, changeOrigin: true }, "/_millrace": { target: new URL(target).origin } },
    }),
  },
});
