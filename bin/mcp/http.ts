import { randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type Server } from "node:http";
import { toNodeHandler } from "@modelcontextprotocol/node";
import {
  createMcpHandler,
  hostHeaderValidationResponse,
  localhostAllowedHostnames,
  localhostAllowedOrigins,
  type McpServer,
  originValidationResponse,
} from "@modelcontextprotocol/server";
import { print } from "../format.ts";

const LOOPBACK = "127.0.0.1";

/**
 * Serves streamable HTTP to programs of this machine that have the secret of this start. `Origin` and `Host`
 * refuse pages of browsers. Answers the listening server; port 0 is a free one.
 */
export async function serveHttp(serve: () => McpServer, port: number): Promise<Server> {
  const secret = randomBytes(24).toString("base64url");
  const handler = createMcpHandler(serve);
  const server = createServer(
    toNodeHandler({
      ...handler,
      fetch: async (request: Request, options) =>
        hostHeaderValidationResponse(request, localhostAllowedHostnames()) ??
        originValidationResponse(request, localhostAllowedOrigins()) ??
        (isAllowed(request, secret)
          ? await handler.fetch(request, options)
          : new Response("Send the token that this server printed when it started.", { status: 401 })),
    }),
  );
  await new Promise<void>((listening, failed) => {
    server.once("error", failed);
    server.listen(port, LOOPBACK, listening);
  });
  const address = server.address() as { port: number };
  print(`http://${LOOPBACK}:${address.port}/mcp\nAuthorization: Bearer ${secret}`);
  return server;
}

function isAllowed(request: Request, secret: string): boolean {
  const given = Buffer.from(request.headers.get("authorization") ?? "");
  const wanted = Buffer.from(`Bearer ${secret}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
