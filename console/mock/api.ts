import { Hono } from "hono";
import { film, scene } from "./files.ts";
import { breakerRoutes } from "./routes/breakers.ts";
import { deliveryRoutes } from "./routes/deliveries.ts";
import { eventRoutes } from "./routes/events.ts";
import { problem } from "./routes/problem.ts";
import { replayRoutes } from "./routes/replays.ts";
import { runRoutes } from "./routes/runs.ts";
import { settingRoutes } from "./routes/settings.ts";
import { workflowRoutes } from "./routes/workflows.ts";
import { SampleApp, type SampleAppOptions } from "./sample-app.ts";

export interface MockOptions extends SampleAppOptions {
  /** Milliseconds until a request for live updates is answered without any. */
  patience?: number;
  role?: "viewer" | "decider" | "operator";
}

/** The token that the mock accepts. */
export const MOCK_TOKEN = "let-me-in";

/**
 * Answers like the control plane's API, for a sample app: for development without a deployment, and for tests
 * of pages.
 */
export function mockRoutes(options: MockOptions): { app: Hono; sample: SampleApp } {
  const sample = new SampleApp(options);
  const role = options.role ?? "operator";
  const api = new Hono();

  api.use("*", async (context, next) => {
    if (context.req.header("authorization") !== `Bearer ${MOCK_TOKEN}`)
      return context.json(problem("unauthenticated", "The token is not valid."), 401);
    const changes = context.req.method === "POST";
    const needed = context.req.path.includes("/approvals/") ? "decider" : "operator";
    if (changes && (role === "viewer" || (role === "decider" && needed === "operator")))
      return context.json(
        problem("forbidden", `You are a ${role} here; this takes the role "${needed}".`),
        403,
      );
    if (changes && !context.req.header("idempotency-key"))
      return context.json(problem("bad-request", "header.idempotency-key: it is needed."), 400);
    return next();
  });

  api.get("/session", (context) =>
    context.json({
      name: "token",
      role,
      can: { decide: role !== "viewer", operate: role === "operator" },
      app: { name: "Millrace", region: "us-east-1", deployedOn: "local" },
    }),
  );

  runRoutes(api, sample);
  workflowRoutes(api, sample);
  eventRoutes(api, sample);
  deliveryRoutes(api, sample);
  breakerRoutes(api, sample);
  settingRoutes(api, sample);
  replayRoutes(api, sample);

  api.get("/artifacts", (context) => {
    const name = context.req.query("uri")!.split("/").at(-1)!;
    // Next to the API: the page resolves it relative to its own address.
    return context.json({ url: `files/${name}` });
  });
  api.get("/live", async (context) => {
    const last = context.req.header("last-event-id");
    const { id: next, changes } = await sample.changes(
      last === undefined ? undefined : Number(last),
      options.patience ?? 5_000,
    );
    const data = changes.length > 0 ? `data: ${JSON.stringify(changes)}\n` : "";
    return context.body(`retry: 200\nid: ${next}\n${data}\n`, 200, { "content-type": "text/event-stream" });
  });
  api.all("*", (context) => context.json(problem("not-found", `There is no ${context.req.path}.`), 404));

  const app = new Hono();
  app.route("/api", api);
  app.get("/files/:name", async (context) => {
    const name = context.req.param("name");
    if (name.endsWith(".svg")) return context.body(scene(name), 200, { "content-type": "image/svg+xml" });
    return context.body(await film(), 200, { "content-type": "video/mp4", "accept-ranges": "none" });
  });
  return { app, sample };
}
