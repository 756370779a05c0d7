import { Hono } from "hono";
import type { ActionView, RunSummary } from "../src/api/types.ts";
import { EVENTS, subscribers, workflows } from "./definitions.ts";
import { detailOf } from "./detail.ts";
import { film, scene } from "./files.ts";
import { linesOf, progressOf } from "./lines.ts";
import { flowMap } from "./map.ts";
import { id } from "./random.ts";
import { isWanted } from "./runs.ts";
import { SampleApp, type SampleAppOptions } from "./sample-app.ts";
import { barsOf, logOf } from "./story.ts";

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
  const problem = (code: string, message: string, findings?: unknown) => ({
    error: { code, message, ...(findings !== undefined && { findings }) },
  });

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

  api.get("/runs", (context) => {
    const { limit = "50", cursor = "0", ...wanted } = context.req.query();
    const items: RunSummary[] = [];
    let number = Number(cursor);
    if (number === 0) items.push(...sample.begun.filter((run) => isWanted(run, wanted)));
    while (items.length < Number(limit) && number < sample.runs) {
      const run = sample.run(number);
      number += 1;
      if (isWanted(run, wanted)) items.push(run);
    }
    return context.json({ items, ...(number < sample.runs && { next: String(number) }) });
  });
  api.get("/runs/:run", (context) => {
    const summary = sample.find(context.req.param("run"));
    if (!summary)
      return context.json(problem("not-found", `There is no run ${context.req.param("run")}.`), 404);
    const { at } = context.req.query();
    const until = at === undefined ? sample.since(summary) : Date.parse(at) - Date.parse(summary.acceptedAt);
    return context.json(detailOf(summary, sample.story(summary), until));
  });
  api.get("/runs/:run/log", (context) => {
    const summary = sample.find(context.req.param("run"))!;
    return context.json({ items: logOf(summary, sample.story(summary), sample.since(summary)) });
  });
  api.get("/runs/:run/lines", (context) => {
    const summary = sample.find(context.req.param("run"))!;
    const { step } = context.req.query();
    const lines = linesOf(detailOf(summary, sample.story(summary), sample.since(summary)));
    return context.json({ items: step === undefined ? lines : lines.filter((line) => line.step === step) });
  });
  api.get("/runs/:run/input", (context) => {
    const { path } = context.req.query();
    return context.json({ input: { path, run: context.req.param("run") } });
  });
  api.get("/runs/:run/progress", (context) => {
    const summary = sample.find(context.req.param("run"))!;
    const { path } = context.req.query();
    const { steps } = detailOf(summary, sample.story(summary), sample.since(summary));
    const progress = progressOf(steps.find((step) => step.path === path));
    return context.json({ ...(progress && { progress }) });
  });
  api.get("/runs/:run/timeline", (context) => {
    const summary = sample.find(context.req.param("run"))!;
    return context.json({
      bars: barsOf(sample.story(summary), Date.parse(summary.acceptedAt), sample.since(summary)),
    });
  });
  api.get("/correlations", (context) => {
    const summary = sample.runs > 0 ? sample.run(0) : undefined;
    if (!summary) return context.json({ runs: [], items: [] });
    const items = logOf(summary, sample.story(summary), sample.since(summary)).map((entry) => ({
      ...entry,
      run: summary.run,
    }));
    return context.json({ runs: [summary.run], items });
  });
  api.post("/runs", async (context) => {
    const { workflow, payload } = await context.req.json();
    const { run } = sample.begin(workflow, String(payload.topic ?? payload.order ?? "new"));
    return context.json({ done: true, says: `${run} is on its way.`, run });
  });
  api.post("/runs/:run/:action", async (context) => {
    const { run, action } = context.req.param();
    const summary = sample.find(run);
    if (!summary) return context.json(problem("not-found", `There is no run ${run}.`), 404);
    if (action === "pause" || action === "resume") sample.change({ ...summary, paused: action === "pause" });
    if (action === "terminate")
      sample.change({ ...summary, status: "terminated", endedAt: new Date(sample.now()).toISOString() });
    if (action === "retry") sample.change({ ...summary, epoch: summary.epoch + 1 });
    sample.publish({ name: `run.${action}`, run });
    return context.json({ done: true, says: `${run}: ${action} is ordered.`, run });
  });

  const held = (name: string): { paused?: ActionView; drained?: ActionView } => {
    const order = sample.held.get(name);
    if (!order) return {};
    const { action, ...rest } = order;
    return action === "pause" ? { paused: rest } : { drained: rest };
  };
  api.get("/workflows", (context) =>
    context.json({ items: workflows(sample.started).map((one) => ({ ...one, ...held(one.name) })) }),
  );
  api.get("/subscribers", (context) =>
    context.json({ items: subscribers().map((one) => ({ ...one, ...held(one.name) })) }),
  );
  api.get("/map", (context) => context.json(flowMap((name) => sample.held.has(name))));
  for (const kind of ["workflows", "subscribers"]) {
    api.post(`/${kind}/:name/:action`, async (context) => {
      const { name, action } = context.req.param();
      const { why } = await context.req.json();
      if (action === "resume") sample.held.delete(name);
      else
        sample.held.set(name, {
          action: action as "pause" | "drain",
          by: "token",
          why,
          at: new Date(sample.now()).toISOString(),
        });
      return context.json({ done: true, says: `${name}: ${action} is ordered.` });
    });
  }

  api.get("/events", (context) =>
    context.json({ items: EVENTS.map(({ contracts: _, ...summary }) => summary) }),
  );
  api.get("/events/:name", (context) => {
    const event = EVENTS.find(({ name }) => name === context.req.param("name"));
    return event ? context.json(event) : context.json(problem("not-found", "There is no such event."), 404);
  });
  api.post("/events", async (context) => {
    const { name, payload } = await context.req.json();
    if (name === "video.requested" && (payload.scenes < 1 || payload.scenes > 12))
      return context.json(
        problem("invalid", "The payload breaks its contract.", [
          { path: "scenes", message: "must be from 1 to 12" },
        ]),
        422,
      );
    const event = id(26, "sent", sample.begun.length);
    const workflow = workflows(sample.started).find(({ on }) => on.includes(name));
    if (workflow) sample.begin(workflow.name, String(payload.topic ?? payload.order ?? "new"));
    return context.json({ done: true, says: `${name} is sent as ${event}.`, event });
  });

  api.get("/deliveries", (context) => {
    const { event, overdue, subscriber } = context.req.query();
    return context.json({
      items: sample.deliveries
        .filter((one) => !event || one.event === event)
        .filter((one) => !overdue || one.overdueAt !== undefined)
        .filter((one) => !subscriber || one.subscriber === subscriber),
    });
  });

  api.get("/approvals", (context) => context.json({ items: sample.approvals() }));
  api.post("/approvals/:run/:path", async (context) => {
    const summary = sample.find(context.req.param("run"))!;
    const { decision, note } = await context.req.json();
    sample.decide(summary, decision === "approve", note);
    return context.json({
      done: true,
      says: `editor of ${summary.run} is ${decision === "approve" ? "approved" : "rejected"}.`,
    });
  });

  api.get("/dead-letters", (context) => {
    const { subscriber } = context.req.query();
    const items = sample.deadLetters.filter((one) => !subscriber || one.subscriber === subscriber);
    return context.json({ items: items.map(({ body: _, ...one }) => one) });
  });
  api.get("/dead-letters/:id", (context) => {
    const letter = sample.deadLetters.find((one) => one.id === context.req.param("id"));
    return letter
      ? context.json(letter)
      : context.json(problem("not-found", "There is no such dead letter."), 404);
  });
  api.post("/dead-letters/:action{redrive|discard}", async (context) => {
    const { subscriber } = await context.req.json();
    const all = sample.deadLetters.filter((one) => !subscriber || one.subscriber === subscriber);
    for (const letter of all) sample.redrive(letter);
    return context.json({
      done: true,
      says: `${all.length} dead letters: ${context.req.param("action")} is ordered.`,
    });
  });
  api.post("/dead-letters/:id/:action", (context) => {
    const letter = sample.deadLetters.find((one) => one.id === context.req.param("id"));
    if (!letter) return context.json(problem("not-found", "There is no such dead letter."), 404);
    if (context.req.param("action") === "redrive") sample.redrive(letter);
    else sample.deadLetters = sample.deadLetters.filter((one) => one !== letter);
    return context.json({
      done: true,
      says: `The message of ${letter.step ?? letter.event?.name} is sent again.`,
    });
  });

  api.get("/quarantine", (context) =>
    context.json({ items: sample.quarantine.map(({ body: _, ...one }) => one) }),
  );
  api.get("/quarantine/:id", (context) => {
    const event = sample.quarantine.find((one) => one.id === context.req.param("id"));
    return event ? context.json(event) : context.json(problem("not-found", "There is no such event."), 404);
  });
  api.post("/quarantine/:id/:action", (context) => {
    sample.quarantine = sample.quarantine.filter((one) => one.id !== context.req.param("id"));
    sample.publish({ name: "event.released" });
    return context.json({ done: true, says: `The event is ${context.req.param("action")}d.` });
  });

  api.get("/breakers", (context) => context.json({ items: sample.breakers }));
  api.post("/breakers/:name", async (context) => {
    const { to, why } = await context.req.json();
    sample.breakers = sample.breakers.map((one) => {
      if (one.breaker !== context.req.param("name")) return one;
      const { forced: _, ...rest } = one;
      return to === "auto"
        ? rest
        : { ...rest, state: to, forced: { to, by: "token", why, at: new Date(sample.now()).toISOString() } };
    });
    return context.json({ done: true, says: `${context.req.param("name")} is set to ${to}.` });
  });

  api.get("/limits", (context) => context.json({ items: sample.limits }));
  api.get("/limits/:name", (context) => context.json({ places: [], waiting: [] }));

  const { settings } = sample;
  const isKnown = (of: string, name: string) =>
    of !== "workflow" || workflows(sample.started).some((one) => one.name === name);
  const setOrRefused = (refused: string | undefined) =>
    refused === undefined
      ? { done: true, says: `This is revision ${settings.view.revision}.` }
      : problem("conflict", refused);
  api.get("/settings/:of/:name", (context) => {
    const { of, name } = context.req.param();
    return context.json(isKnown(of, name) ? settings.view : { revision: 0, settings: [] });
  });
  api.get("/settings/:of/:name/history", (context) => context.json({ items: settings.history }));
  api.post("/settings/:of/:name", async (context) => {
    const { values, why, revision } = await context.req.json();
    const answer = setOrRefused(settings.set(values, why, revision));
    return context.json(answer, "error" in answer ? 409 : 200);
  });
  api.post("/settings/:of/:name/restore", async (context) => {
    const { restore, why, revision } = await context.req.json();
    const answer = setOrRefused(settings.restore(restore, why, revision));
    return context.json(answer, "error" in answer ? 409 : 200);
  });

  api.get("/replays", (context) => context.json({ items: sample.replays }));
  api.post("/replays", async (context) => {
    const {
      subscriber,
      from,
      to = new Date(sample.now()).toISOString(),
      events = [],
      again = false,
      dry = false,
      why,
    } = await context.req.json();
    const replay = `millrace-${id(8, "replay", sample.replays.length)}`;
    const whom = subscriber ? [subscriber] : subscribers().map(({ name }) => name);
    sample.replays.unshift({
      replay,
      ordered: { by: "token", why, at: new Date(sample.now()).toISOString() },
      from,
      to,
      subscribers: whom,
      events,
      again,
      dry,
      counts: Object.fromEntries(whom.map((name) => [`${name} ${again ? "again" : "duplicate"}`, 42])),
    });
    return context.json({ done: true, says: `${replay} has begun.`, replay });
  });

  api.get("/replays/:id", (context) => {
    const replay = sample.replays.find((one) => one.replay === context.req.param("id"));
    return replay
      ? context.json({ ...replay, state: replay.cancelled ? "cancelled" : "running" })
      : context.json(problem("not-found", "There is no such replay."), 404);
  });
  api.post("/replays/:id/cancel", async (context) => {
    const { why } = await context.req.json();
    const cancelled = { by: "token", why, at: new Date(sample.now()).toISOString() };
    sample.replays = sample.replays.map((one) =>
      one.replay === context.req.param("id") ? { ...one, cancelled } : one,
    );
    return context.json({ done: true, says: "The replay ends." });
  });

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
