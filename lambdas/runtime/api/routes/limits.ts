import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { LimitLaneView, SharedLimitView } from "../../../../lib/contract/api/index.ts";
import { found } from "../errors.ts";
import { type Api, answer, named, refusals } from "../operation.ts";
import type { ApiPorts } from "../ports.ts";
import { laneView, limitView, MOST_WAITING } from "../views/limit.ts";

const tags = ["limits"];

const list = createRoute({
  method: "get",
  path: "/limits",
  tags,
  summary: "Limits that workflows share",
  responses: {
    200: answer(z.object({ items: z.array(SharedLimitView) }), "All shared limits"),
    ...refusals(),
  },
});
const read = createRoute({
  method: "get",
  path: "/limits/{name}",
  tags,
  summary: "Runs that have a place in a shared limit, and runs that wait for one",
  request: {
    params: named("name"),
    query: z.object({
      key: z
        .string()
        .max(1_000)
        .optional()
        .meta({ description: "Of a limit whose keys have places of their own" }),
    }),
  },
  responses: { 200: answer(LimitLaneView, "Its places, and those who wait"), ...refusals(404) },
});

export function limitRoutes(api: Api, { system, views }: ApiPorts): void {
  api.openapi(list, (context) => context.json({ items: system.limits.map(limitView) }, 200));

  api.openapi(read, async (context) => {
    const { name } = context.req.valid("param");
    const { key = "" } = context.req.valid("query");
    const known = system.limits.find((one) => one.name === name);
    const { byKey } = found(known, "limit", name, "GET /api/limits lists them.");
    const { lane, waiting } = await views.limitLane(name, byKey ? key : "", MOST_WAITING);
    return context.json(laneView(lane, waiting), 200);
  });
}
