import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import type { Hono } from "hono";
import { type MockApi, type MockOptions, mockApi } from "./api.ts";

/** Passes a request of Node's server to the routes. */
export async function answer(app: Hono, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const answered = await app.fetch(
    new Request(`http://${request.headers.host}${request.url}`, {
      method: request.method!,
      headers: Object.entries(request.headers).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, String(value)]],
      ) as [string, string][],
      ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
    }),
  );
  const body = Buffer.from(await answered.arrayBuffer());
  response.writeHead(answered.status, {
    ...Object.fromEntries(answered.headers),
    "content-length": body.length,
  });
  response.end(body);
}

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** The same policy as that of the deployed console. */
const POLICY =
  "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'";

export interface Mock extends MockApi {
  address: string;
  close(): Promise<void>;
}

/** Serves a built console with the mock behind it, under a path of its own, as the local cloud does. */
export async function serveMock(folder: string, options: MockOptions, port = 0): Promise<Mock> {
  const { address, replaceMock, close } = await serveConsole(folder, port);
  return Object.assign(replaceMock(options), { address, close });
}

export interface ServedConsole extends Pick<Mock, "address" | "close"> {
  /** Puts a new mock behind the console. */
  replaceMock(options: MockOptions): MockApi;
}

/** Serves a built console. There is nothing behind it until `replaceMock` is called. */
export async function serveConsole(folder: string, port = 0): Promise<ServedConsole> {
  const base = "/_api/mock";
  let mock: MockApi | undefined;
  const server: Server = createServer((request, response) => {
    void (async () => {
      if (!mock) return response.writeHead(503).end();
      const { app, reload } = mock;
      const path = new URL(request.url!, "http://localhost").pathname;
      if (path === "/_millrace/status") {
        response.writeHead(200, { "content-type": "application/json" });
        return response.end(
          JSON.stringify({
            project: "/app",
            pid: 1,
            command: `npx millrace --endpoint http://${request.headers.host}`,
            reload,
          }),
        );
      }
      if (!path.startsWith(`${base}/`)) return response.writeHead(404).end();
      request.url = request.url!.slice(base.length);
      const inside = path.slice(base.length);
      if (/^\/(api|files)\//.test(inside)) return await answer(app, request, response);
      const file = inside === "/" ? "/index.html" : inside;
      const content = await readFile(join(folder, file)).catch(() => undefined);
      if (!content) return response.writeHead(404).end();
      response.writeHead(200, {
        "content-type": TYPES[extname(file)] ?? "application/octet-stream",
        "content-security-policy": POLICY,
        "cache-control": file.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
      });
      response.end(content);
    })();
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}${base}/`,
    replaceMock(options) {
      mock = mockApi(options);
      return mock;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
