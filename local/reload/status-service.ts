import type { HttpRequest, HttpResponse, Service } from "../kernel/service.ts";
import type { Reloader } from "./reloader.ts";

/**
 * The status of the local cloud, for its console, its command line, and another one that finds its port in
 * use: `GET /_millrace/status`.
 */
export function statusService(project: string, reloader?: Pick<Reloader, "status">): Service {
  return {
    name: "millrace",
    operations: {},
    welcomes: () => "own file",
    async http({ method, path }: HttpRequest): Promise<HttpResponse> {
      if (path !== "/_millrace/status" || (method !== "GET" && method !== "HEAD"))
        return json(404, { message: `There is no ${method} ${path}. Use GET /_millrace/status.` });
      return json(200, { project, pid: process.pid, ...(reloader && { reload: reloader.status }) });
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
