import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { BreakerView, ForceBreaker, Outcome } from "../../../../lib/contract/api/index.ts";
import type { System } from "../../../../lib/contract/system.ts";
import type { BreakerItem } from "../../../../lib/contract/table.ts";
import { requester } from "../action-routes.ts";
import { found } from "../errors.ts";
import { type Api, answer, body, carriedOut, named, ONCE, refusals } from "../operation.ts";
import type { ApiPorts } from "../ports.ts";
import { actionView } from "../views/actions.ts";

const tags = ["breakers"];

const list = createRoute({
  method: "get",
  path: "/breakers",
  tags,
  summary: "The health of downstreams",
  responses: { 200: answer(z.object({ items: z.array(BreakerView) }), "All breakers"), ...refusals() },
});
const force = createRoute({
  method: "post",
  path: "/breakers/{name}",
  tags,
  summary: "Forces a breaker open or closed, or sets it to automatic",
  request: { params: named("name"), headers: ONCE, body: body(ForceBreaker) },
  responses: { 200: answer(Outcome, "What was done"), ...refusals(404, 409) },
});

export function breakerRoutes(api: Api, { system, views, control }: ApiPorts): void {
  const users = usersOf(system);

  api.openapi(list, async (context) => {
    const names = [...users.keys()];
    const found = await views.breakers(names);
    return context.json(
      { items: names.map((name, at) => breakerView(name, users.get(name)!, found[at])) },
      200,
    );
  });

  api.openapi(force, async (context) => {
    const { name } = context.req.valid("param");
    const { to, why } = context.req.valid("json");
    found(users.get(name), "breaker", name, "GET /api/breakers lists them.");
    const outcome = await control({
      action: "force",
      target: { breaker: name },
      state: to,
      why,
      ...requester(context),
    });
    return context.json(carriedOut(outcome), 200);
  });
}

/** Breakers by name, with the steps and reactions that share them. */
function usersOf({ steps, reactions }: System): Map<string, string[]> {
  const using = [...steps, ...reactions].filter(({ breaker }) => breaker !== undefined);
  const groups = Map.groupBy(using, ({ breaker }) => breaker!);
  return new Map([...groups].map(([breaker, group]) => [breaker, group.map(({ name }) => name)]));
}

/** A breaker without any recorded call has no item, and is closed. */
function breakerView(breaker: string, usedBy: string[], item: BreakerItem | undefined): BreakerView {
  if (!item) return { breaker, state: "closed", inARow: 0, usedBy };
  const { state, until, forced, inARow } = item;
  return {
    breaker,
    state,
    inARow,
    usedBy,
    ...(until !== undefined && { until: new Date(until).toISOString() }),
    forced: forced && { ...actionView(forced), to: forced.to },
  };
}
