import type { Hono } from "hono";
import { subscribers } from "../definitions.ts";
import { id } from "../random.ts";
import type { SampleApp } from "../sample-app.ts";
import { problem } from "./problem.ts";

/** Replays of events. */
export function replayRoutes(api: Hono, sample: SampleApp): void {
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
}
