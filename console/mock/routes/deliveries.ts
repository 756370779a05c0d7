import type { Hono } from "hono";
import type { SampleApp } from "../sample-app.ts";
import { problem } from "./problem.ts";

/** Deliveries, and messages and events that wait for a decision of an operator. */
export function deliveryRoutes(api: Hono, sample: SampleApp): void {
  api.get("/deliveries", (context) => {
    const { event, overdue, subscriber } = context.req.query();
    return context.json({
      items: sample.deliveries
        .filter((one) => !event || one.event === event)
        .filter((one) => !overdue || one.overdueAt !== undefined)
        .filter((one) => !subscriber || one.subscriber === subscriber),
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
}
