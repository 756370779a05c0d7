import type { Hono } from "hono";
import { workflows } from "../definitions.ts";
import type { SampleApp } from "../sample-app.ts";
import { problem } from "./problem.ts";

/** Settings of workflows. */
export function settingRoutes(api: Hono, sample: SampleApp): void {
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
}
