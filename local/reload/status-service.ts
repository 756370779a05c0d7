import { extname } from "node:path";
import type { HttpRequest, HttpResponse, Service } from "../kernel/service.ts";
import type { Reloader } from "./reloader.ts";

const DEFAULT_PORT = "4566";

/** How a user calls the command line for the cloud at this address. */
function commandOf(endpoint: string): string {
  const millrace = extname(import.meta.filename) === ".js" ? "npx millrace" : "npm run millrace --";
  return new URL(endpoint).port === DEFAULT_PORT ? millrace : `${millrace} --endpoint ${endpoint}`;
}

/**
 * The status of the local cloud, for its console, its command line, and another one that finds its port in
 * use: `GET /_millrace/status`.
 */
export function statusService(
  project: string,
  endpoint: string,
  reloader?: Pick<Reloader, "status">,
): Service {
  const own = { project, pid: process.pid, command: commandOf(endpoint) };
  return {
    name: "millrace",
    operations: {},
    welcomes: () => "own file",
    async http({ method, path }: HttpRequest): Promise<HttpResponse> {
      if (path !== "/_millrace/status" || (method !== "GET" && method !== "HEAD"))
        return json(404, { message: `There is no ${method} ${path}. Use GET /_millrace/status.` });
      return json(200, { ...own, ...(reloader && { reload: reloader.status }) });
    },
  };
}

function json(status: number, body: unknown): HttpResponse {
  return {
    status,
    headers: { "content-type": "application/json", "cache-control": "no-store" },
    body: JSON.stringify(body),
  };
}
