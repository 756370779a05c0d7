import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { SubscriberView } from "../../../../lib/contract/api/index.ts";
import type { ChangeSubscriber } from "../../../../lib/contract/messages/command.ts";
import { offerActions } from "../action-routes.ts";
import { knownSubscriber } from "../known.ts";
import { type Api, answer, refusals } from "../operation.ts";
import type { ApiPorts } from "../ports.ts";
import { currentActions } from "../views/actions.ts";
import { queueStates } from "../views/queue-states.ts";

const tags = ["subscribers"];
/** Overdue deliveries are counted up to this number. */
const MOST_COUNTED = 500;

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

export function subscriberRoutes(api: Api, ports: ApiPorts): void {
  const { system, views } = ports;
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
        queue,
        ...currentActions(controls[at]),
        overdue: overdue.items.filter(({ subscriber }) => subscriber === name).length,
      };
    });
    return context.json({ items }, 200);
  });

  offerActions<ChangeSubscriber>(api, ports, {
    tag: "subscribers",
    path: "/subscribers/{name}",
    name: "name",
    summaries: {
      pause: "Pauses: keeps events, starts nothing (one workflow or reaction)",
      drain: "Drains: keeps events, admitted work continues (one workflow or reaction)",
      resume: "Resumes (one workflow or reaction)",
    },
    targetOf: (name) => knownSubscriber(system, name),
  });
}
