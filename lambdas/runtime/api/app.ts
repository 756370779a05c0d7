import { OpenAPIHono } from "@hono/zod-openapi";
import { Hono, type HonoRequest } from "hono";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
import type { Problem } from "../../../lib/contract/api/index.ts";
import { DEEPEST, isTooDeep } from "../events/depth.ts";
import { authenticate, mayAct, neededRole } from "./auth.ts";
import { type ConsoleFiles, serveConsole } from "./console-files.ts";
import { ApiError } from "./errors.ts";
import { describeApi } from "./openapi.ts";
import type { Api, Bindings } from "./operation.ts";
import type { ApiPorts } from "./ports.ts";
import { registerRoutes } from "./routes/index.ts";

/** The largest body: an event of up to 1 MB and its metadata. */
const LARGEST_BODY = 1_100_000;

/** Everything that the control plane serves: the routes under /api and /iam, and the console's files. */
export function controlPlane(ports: ApiPorts, files: ConsoleFiles): Hono<{ Bindings: Bindings }> {
  const app = new Hono<{ Bindings: Bindings }>();
  app.route("/api", api("api", ports));
  app.route("/iam", api("iam", ports));
  app.get("*", (context) => serveConsole(context, files));
  app.notFound((context) => context.json(problem("not-found", "Not found."), 404));
  app.onError((error, context) => refused(error, context, ports));
  return app;
}

/** The same routes for both ways to authenticate. */
export function api(prefix: "api" | "iam", ports: ApiPorts): Api {
  const routes: Api = new OpenAPIHono({
    defaultHook: (result) => {
      if (result.success) return;
      const [issue] = result.error.issues;
      const path = [result.target === "json" ? "body" : result.target, ...issue!.path].join(".");
      throw new ApiError("bad-request", `${path}: ${issue!.message}.`, { path });
    },
  });
  routes.use("*", bodyLimit({ maxSize: LARGEST_BODY, onError: tooLarge }));
  routes.use("*", async (context, next) => {
    const path = context.req.path.replace(/^\/(?:api|iam)/, "");
    const principal = await authenticate(
      {
        prefix,
        authorization: context.req.header("authorization"),
        authorizer: context.env?.event?.requestContext.authorizer,
      },
      ports.signIn,
      ports.isToken,
    );
    const needed = neededRole(context.req.method, path);
    if (!mayAct(principal.role, needed))
      throw new ApiError(
        "forbidden",
        `${principal.name} has the role "${principal.role}"; this needs the role "${needed}".`,
      );
    context.set("principal", principal);
    await next();
    context.header("cache-control", "no-store");
    context.header("x-content-type-options", "nosniff");
  });
  routes.use("*", async (context, next) => {
    if (context.req.method === "POST" && isTooDeep(await readJson(context.req)))
      throw new ApiError("bad-request", `body: it is nested more than ${DEEPEST} levels deep.`, {
        path: "body",
      });
    await next();
  });
  registerRoutes(routes, ports);
  routes.get("/openapi.json", (context) => context.json(describeApi(routes)));
  routes.all("*", (context) => {
    throw new ApiError("not-found", `No such route: ${context.req.method} ${context.req.path}.`);
  });
  routes.onError((error, context) => refused(error, context, ports));
  return routes;
}

/** The route refuses a body that is not JSON, and names the missing fields. */
async function readJson(request: HonoRequest): Promise<unknown> {
  return await request.json().catch(() => undefined);
}

function tooLarge(): never {
  throw new ApiError("too-large", `The request has more than ${LARGEST_BODY} bytes.`);
}

function refused(
  error: Error,
  context: { json(body: Problem, status: any, headers?: Record<string, string>): Response },
  { log }: Pick<ApiPorts, "log">,
): Response {
  const headers = { "cache-control": "no-store", "x-content-type-options": "nosniff" };
  if (error instanceof ApiError) return context.json(error.problem, error.status, headers);
  if (error instanceof HTTPException && error.status < 500)
    return context.json(
      problem("bad-request", `${error.message || "The request cannot be parsed"}.`),
      400,
      headers,
    );
  log.error("A request failed.", { error });
  return context.json(
    problem("internal", "An internal error occurred. Try again; the reason is in the function's log."),
    500,
    headers,
  );
}

function problem(code: Problem["error"]["code"], message: string): Problem {
  return { error: { code, message } };
}
