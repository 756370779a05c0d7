import { createRoute } from "@hono/zod-openapi";
import {
  Outcome,
  PageQuery,
  pageOf,
  QuarantineView,
  ResolveEvent,
} from "../../../../lib/contract/api/index.ts";
import type { QuarantineItem } from "../../../../lib/contract/table.ts";
import { requester } from "../action-routes.ts";
import { ApiError, found } from "../errors.ts";
import { type Api, answer, body, carriedOut, named, ONCE, refusals } from "../operation.ts";
import { listed, wanting } from "../paging.ts";
import type { ApiPorts } from "../ports.ts";
import { actionView } from "../views/actions.ts";

const tags = ["quarantine"];
const SUMMARIES = {
  release: "Delivers an event to its subscriber again, unchanged or corrected",
  discard: "Discards an event",
} as const;

const list = createRoute({
  method: "get",
  path: "/quarantine",
  tags,
  summary: "Quarantined events, newest first",
  request: { query: PageQuery },
  responses: { 200: answer(pageOf(QuarantineView), "A page of events"), ...refusals() },
});
const read = createRoute({
  method: "get",
  path: "/quarantine/{id}",
  tags,
  summary: "A quarantined event, as it arrived",
  request: { params: named("id") },
  responses: { 200: answer(QuarantineView, "The event"), ...refusals(404) },
});
const actionRoutes = (["release", "discard"] as const).map((action) => ({
  action,
  route: createRoute({
    method: "post",
    path: `/quarantine/{id}/${action}`,
    tags,
    summary: SUMMARIES[action],
    request: { params: named("id"), headers: ONCE, body: body(ResolveEvent) },
    responses: { 200: answer(Outcome, "What was done"), ...refusals(404, 409, 413) },
  }),
}));

const LIST = "GET /api/quarantine lists them.";

export function quarantineRoutes(api: Api, { views, control }: ApiPorts): void {
  api.openapi(list, async (context) => {
    const part = await views.quarantined(wanting(context.req.valid("query")));
    return context.json(
      listed(part, (item) => {
        const { body: _, ...view } = quarantineView(item);
        return view;
      }),
      200,
    );
  });

  api.openapi(read, async (context) => {
    const { id } = context.req.valid("param");
    return context.json(quarantineView(found(await views.quarantine(id), "event", id, LIST)), 200);
  });

  for (const { action, route } of actionRoutes) {
    api.openapi(route, async (context) => {
      const { id } = context.req.valid("param");
      const { payload, version, why } = context.req.valid("json");
      found(await views.quarantine(id), "event", id, LIST);
      if (action === "discard" && (payload ?? version) !== undefined)
        throw new ApiError("bad-request", "body: a discarded event cannot be corrected.", { path: "body" });
      const outcome = await control({
        action: `${action}-event` as const,
        target: { quarantine: id },
        payload,
        version,
        why,
        ...requester(context),
      });
      return context.json(carriedOut(outcome), 200);
    });
  }
}

function quarantineView(item: QuarantineItem): QuarantineView {
  const { id, subscriber, reason, findings, name, source, quarantinedAt, body: text, resolved } = item;
  return {
    id,
    subscriber,
    reason,
    findings,
    name,
    source,
    quarantinedAt,
    body: text,
    resolved: resolved && { ...actionView(resolved), as: resolved.as },
  };
}
