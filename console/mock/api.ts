import { type Context, Hono } from "hono";
import type { LogEntry, Page, RunDetail, RunSummary } from "../src/api/types.ts";
import { film, scene } from "./files.ts";
import { isWanted } from "./filters.ts";
import { Recording } from "./recording.ts";
import { originalOf, RunList } from "./run-list.ts";

export interface MockOptions {
  /** The part of the recording at whose end the app is shown. @default after two hours of work */
  part?: "a new app" | "two hours of work";
  /** How many runs there are: further ones are copies. @default those that were recorded */
  runs?: number;
  /** Milliseconds until a request for live updates is answered without any. @default 5000 */
  patience?: number;
  /** @default operator */
  role?: Role;
  /** Epoch milliseconds. @default the clock of this machine */
  now?: () => number;
}

type Role = "viewer" | "decider" | "operator";

/** The token that the mock accepts. */
export const MOCK_TOKEN = "let-me-in";

export interface MockApi {
  app: Hono;
  recording: Recording;
  /** What the local cloud reports about changed code. */
  reload: Record<string, unknown>;
}

/** Answers as the API of a recorded app: for development without one, and for tests of pages. */
export function mockApi({ part = "two hours of work", ...options }: MockOptions = {}): MockApi {
  const { runs, patience = 5_000, role = "operator", now = Date.now } = options;
  const recording = new Recording(part, now);
  const api = new Hono();

  api.use("*", async (context, next) => {
    if (context.req.header("authorization") !== `Bearer ${MOCK_TOKEN}`)
      return problem(context, 401, "unauthenticated", "The token is not valid.");
    if (context.req.method === "POST" && !mayGive(role, context.req.path))
      return problem(context, 403, "forbidden", `The role "${role}" does not allow this.`);
    return await next();
  });

  api.get("/session", (context) => {
    const can = { decide: role !== "viewer", operate: role === "operator" };
    return context.json({ ...(recording.answer("/session") as object), role, can });
  });
  api.get("/runs", (context) =>
    context.json(new RunList(recording.items("/runs"), runs).page(context.req.query())),
  );
  api.get("/runs/:run", (context) => {
    const run = originalOf(context.req.param("run"));
    const at = context.req.query("at");
    const detail = at === undefined ? recording.answer(`/runs/${run}`) : stateAt(recording, run, at);
    if (!detail) return problem(context, 404, "not-found", `There is no run ${run}.`);
    return context.json({ ...detail, asOf: at ?? new Date(now()).toISOString() });
  });
  api.get("/runs/:run/lines", (context) => {
    const lines = recording.answer(`/runs/${originalOf(context.req.param("run"))}/lines`) as Page<object>;
    return context.json({ items: lines.items.filter((line) => isWanted(line, context.req.query())) });
  });
  api.get("/correlations", (context) => context.json(correlation(recording, context.req.query("id")!)));
  // Next to the API: the page resolves it relative to its own address.
  api.get("/artifacts", (context) =>
    context.json({ url: `files/${context.req.query("uri")!.split("/").at(-1)}` }),
  );
  api.get("/live", async (context) => {
    const after = Number(context.req.header("last-event-id") ?? recording.feed.length);
    if (recording.feed.length <= after) await recording.changed(patience);
    const changes = recording.feed.slice(after).flat();
    const data = changes.length > 0 ? `data: ${JSON.stringify(changes)}\n` : "";
    const text = `retry: 200\nid: ${recording.feed.length}\n${data}\n`;
    return context.body(text, 200, { "content-type": "text/event-stream" });
  });
  api.get("*", (context) => {
    const { pathname, search } = new URL(context.req.url);
    const asked = pathname.replace(/^\/api/, "").replace(/^\/runs\/[^/]+/, originalOf);
    const answer = recording.answer(asked) ?? recording.answer(`${asked}${search}`);
    if (answer !== undefined) return context.json(answer as object);
    // A list is of a kind of thing, and has no name.
    if (!/^\/[\w-]+$/.test(asked))
      return problem(context, 404, "not-found", `Nothing was recorded for ${asked}.`);
    const items = recording.items<object>(asked);
    return context.json({ items: items.filter((item) => isWanted(item, context.req.query())) });
  });
  api.post("*", (context) => {
    const path = new URL(context.req.url).pathname.replace(/^\/api/, "");
    const command = recording.command(path);
    if (command) return context.json(command.answer as object, command.status as 200);
    return problem(context, 409, "conflict", "The app is a recording, and this command is not in it.");
  });

  const app = new Hono();
  app.route("/api", api);
  app.get("/files/:name", async (context) => {
    const name = context.req.param("name");
    if (name.endsWith(".png")) return context.body(scene(name), 200, { "content-type": "image/svg+xml" });
    return context.body(await film(), 200, { "content-type": "video/mp4", "accept-ranges": "none" });
  });
  return { app, recording, reload: { state: "current", reloads: 0, handlers: {} } };
}

function problem(context: Context, status: 401 | 403 | 404 | 409, code: string, message: string) {
  return context.json({ error: { code, message } }, status);
}

function mayGive(role: Role, path: string): boolean {
  return role === "operator" || (role === "decider" && path.includes("/approvals/"));
}

/** The state of a run at a time, as far as it was recorded: some of its states, as what differs from that of now. */
function stateAt(recording: Recording, run: string, at: string): object | undefined {
  const times = recording.namesOf(`/runs/${run}@`).sort();
  const moment = times.findLast((name) => name <= `/runs/${run}@${at}`) ?? times[0];
  const now = recording.answer(`/runs/${run}`) as object | undefined;
  if (now === undefined || moment === undefined) return now;
  const state = { ...now, ...(recording.answer(moment) as object) };
  return Object.fromEntries(Object.entries(state).filter(([, value]) => value !== null));
}

/** The logs of the runs that an event led to. */
function correlation(recording: Recording, id: string): object {
  const runs = recording
    .items<RunSummary>("/runs")
    .map(({ run }) => run)
    .filter((run) => (recording.answer(`/runs/${run}`) as RunDetail).event.correlation === id);
  const items = runs.flatMap((run) =>
    (recording.answer(`/runs/${run}/log`) as Page<LogEntry>).items.map((entry) => ({ ...entry, run })),
  );
  return { runs, items: items.sort((one, other) => one.at.localeCompare(other.at)) };
}
