import type { Hono } from "hono";
import type { ActionView } from "../../src/api/types.ts";
import { subscribers, workflows } from "../definitions.ts";
import { flowMap } from "../map.ts";
import type { SampleApp } from "../sample-app.ts";

/** Workflows and other subscribers, and the map of what they send to each other. */
export function workflowRoutes(api: Hono, sample: SampleApp): void {
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
}
