import type { Hono } from "hono";
import { EVENTS, workflows } from "../definitions.ts";
import { id } from "../random.ts";
import type { SampleApp } from "../sample-app.ts";
import { problem } from "./problem.ts";

/** Contracts of events, and events that are sent by hand. */
export function eventRoutes(api: Hono, sample: SampleApp): void {
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
}
