import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { Outcome, Said, SubscriberView } from "../../../../lib/contract/api/index.ts";
import { knownSubscriber } from "../known.ts";
import { type Api, answer, body, carriedOut, named, ONCE, refusals } from "../operation.ts";
import type { ApiPorts } from "../ports.ts";
import { currentActions } from "../views/actions.ts";
import { queueStates } from "../views/queue-states.ts";

const tags = ["subscribers"];
/** Overdue deliveries are counted up to this number. */
const MOST_COUNTED = 500;
const SUMMARIES = {
  pause: "Pauses: keeps events, starts nothing",
  drain: "Drains: keeps events, admitted work continues",
  resume: "Resumes",
} as const;

const list = createRoute({
  method: "get",
  path: "/subscribers",
  tags,
  summary: "Workflows and reactions with their events and queues",
  responses: {
    200: answer(z.object({ items: z.array(SubscriberView) }), "All subscribers"),
    ...refusals(),
  },
});
const actionRoutes = (["pause", "drain", "resume"] as const).map((action) => ({
  action,
  route: createRoute({
    method: "post",
    path: `/subscribers/{name}/${action}`,
    tags,
    summary: `${SUMMARIES[action]} (one workflow or reaction)`,
    request: { params: named("name"), headers: ONCE, body: body(Said) },
    responses: { 200: answer(Outcome, "What was done"), ...refusals(404, 409) },
  }),
}));

export function subscriberRoutes(api: Api, { system, views, control }: ApiPorts): void {
  api.openapi(list, async (context) => {
    const known = [
      ...system.workflows.map(({ name, on, awaits, within }) => ({
        name,
        within,
        kind: "workflow" as const,
        events: [...new Set([...on, ...awaits])],
      })),
      ...system.reactions.map(({ name, on, within }) => ({
        name,
        within,
        kind: "reaction" as const,
        events: on,
      })),
    ];
    const targets = known.map(({ name, kind }) => ({
      target: kind === "workflow" ? ("workflow" as const) : ("subscriber" as const),
      name,
    }));
    const [controls, queues, overdue] = await Promise.all([
      views.controls(targets),
      queueStates(views),
      views.deliveries("overdue", { limit: MOST_COUNTED, after: undefined }),
    ]);
    const items = known.map(({ name, kind, events, within }, at): SubscriberView => {
      const queue = queues.get(name);
      return {
        name,
        kind,
        events,
        deadline: within,
        ...(queue && { queue }),
        ...currentActions(controls[at]),
        overdue: overdue.items.filter(({ subscriber }) => subscriber === name).length,
      };
    });
    return context.json({ items }, 200);
  });

  for (const { action, route } of actionRoutes) {
    api.openapi(route, async (context) => {
      const target = knownSubscriber(system, context.req.valid("param").name);
      const outcome = await control({
        action,
        target,
        why: context.req.valid("json").why,
        by: context.get("principal").name,
        key: context.req.valid("header")["idempotency-key"],
      });
      return context.json(carriedOut(outcome), 200);
    });
  }
}
