import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { FlowMap, WorkflowView } from "../../../../lib/contract/api/index.ts";
import type { ChangeSubscriber } from "../../../../lib/contract/messages/command.ts";
import type { ControlItem } from "../../../../lib/contract/table.ts";
import type { WorkflowGraph } from "../../../../lib/contract/workflow-graph.ts";
import { offerActions } from "../action-routes.ts";
import { knownWorkflow } from "../known.ts";
import { type Api, answer, refusals } from "../operation.ts";
import type { ApiPorts } from "../ports.ts";
import { currentActions } from "../views/actions.ts";
import { flowMap, startedEvents } from "../views/flow-map.ts";
import { queueStates } from "../views/queue-states.ts";

const tags = ["workflows"];
/** Rates are computed from this number of the newest runs of an hour. */
const HOUR = 3_600_000;
const RECENT = 100;

const list = createRoute({
  method: "get",
  path: "/workflows",
  tags,
  summary: "Deployed workflows",
  responses: {
    200: answer(z.object({ items: z.array(WorkflowView) }), "All workflows"),
    ...refusals(),
  },
});
const map = createRoute({
  method: "get",
  path: "/map",
  tags,
  summary: "Events, subscribers and the queues between them",
  responses: { 200: answer(FlowMap, "The map"), ...refusals() },
});

export function workflowRoutes(api: Api, ports: ApiPorts): void {
  const { now, producers, system, views } = ports;
  api.openapi(list, async (context) => {
    const targets = system.workflows.map(({ name }) => ({ target: "workflow" as const, name }));
    const [versions, controls, queues, releases] = await Promise.all([
      views.versions(),
      views.controls(targets),
      queueStates(views),
      Promise.all(system.workflows.map(({ name, version }) => views.release(name, version))),
    ]);
    const items = system.workflows.map(({ name, version, on, deadline, steps }, at): WorkflowView => {
      const graph = releases[at]?.graph;
      const inbox = queues.get(name);
      return {
        name,
        version,
        on,
        deadline,
        steps,
        versions: versions
          .filter(({ workflow }) => workflow === name)
          .map((one) => ({
            version: one.version,
            liveRuns: one.runs,
            deployedAt: one.deployedAt,
          })),
        ...(graph !== undefined && { graph: JSON.parse(graph) as WorkflowGraph }),
        ...currentActions(controls[at]),
        inbox,
      };
    });
    return context.json({ items }, 200);
  });

  api.openapi(map, async (context) => {
    const targets = [
      ...system.workflows.map(({ name }) => ({ target: "workflow" as const, name })),
      ...system.reactions.map(({ name }) => ({ target: "subscriber" as const, name })),
    ];
    const from = new Date(now() - HOUR).toISOString();
    const [queues, controls, recent] = await Promise.all([
      queueStates(views),
      views.controls(targets),
      views.runs({ from }, { limit: RECENT, after: undefined }),
    ]);
    const stopped = controls.filter(
      (item): item is ControlItem => (item?.paused ?? item?.drained) !== undefined,
    );
    const paused = new Set(stopped.map(({ name }) => name));
    const started = startedEvents(recent.items, recent.next === undefined ? HOUR : undefined, now());
    return context.json(flowMap({ system, producers, queues, paused, started }), 200);
  });

  offerActions<ChangeSubscriber>(api, ports, {
    tag: "workflows",
    path: "/workflows/{name}",
    name: "name",
    summaries: {
      pause: "Pauses: admits no event, starts no step (one workflow)",
      drain: "Drains: admits no event, admitted runs continue (one workflow)",
      resume: "Resumes (one workflow)",
    },
    targetOf: (name) => ({ workflow: knownWorkflow(system, name).name }),
  });
}
