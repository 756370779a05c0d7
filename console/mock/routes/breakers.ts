import type { Hono } from "hono";
import type { SampleApp } from "../sample-app.ts";

/** Breakers and shared limits. */
export function breakerRoutes(api: Hono, sample: SampleApp): void {
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
}
