import { createRoute } from "@hono/zod-openapi";
import {
  Outcome,
  PageQuery,
  pageOf,
  ReplayView,
  Said,
  StartReplay,
} from "../../../../lib/contract/api/index.ts";
import type { Replay } from "../../../../lib/contract/messages/command.ts";
import type { ReplayItem } from "../../../../lib/contract/table.ts";
import type { ReplayProgress } from "../../replay/ports.ts";
import { requester } from "../action-routes.ts";
import { ApiError, found } from "../errors.ts";
import { knownEvent, knownSubscriber } from "../known.ts";
import { type Api, answer, body, carriedOut, named, ONCE, refusals } from "../operation.ts";
import { listed, wanting } from "../paging.ts";
import type { ApiPorts } from "../ports.ts";
import { actionView } from "../views/actions.ts";

const tags = ["replays"];

const list = createRoute({
  method: "get",
  path: "/replays",
  tags,
  summary: "Replays of archived events, newest first",
  request: { query: PageQuery },
  responses: { 200: answer(pageOf(ReplayView), "A page of replays"), ...refusals() },
});
const read = createRoute({
  method: "get",
  path: "/replays/{id}",
  tags,
  summary: "A replay with its progress",
  request: { params: named("id") },
  responses: { 200: answer(ReplayView, "The replay"), ...refusals(404) },
});
const order = createRoute({
  method: "post",
  path: "/replays",
  tags,
  summary: "Delivers archived events again: to a subscriber, to all, or the event of one run",
  request: { headers: ONCE, body: body(StartReplay) },
  responses: { 200: answer(Outcome, "The replay has started"), ...refusals(404, 409) },
});
const cancel = createRoute({
  method: "post",
  path: "/replays/{id}/cancel",
  tags,
  summary: "Cancels a replay; delivered events stay delivered",
  request: { params: named("id"), headers: ONCE, body: body(Said) },
  responses: { 200: answer(Outcome, "What was done"), ...refusals(404, 409) },
});

const LIST = "GET /api/replays lists them.";

export function replayRoutes(api: Api, { system, views, control }: ApiPorts): void {
  api.openapi(list, async (context) => {
    const part = await views.replays(wanting(context.req.valid("query")));
    return context.json(
      listed(part, (item) => replayView(item)),
      200,
    );
  });

  api.openapi(read, async (context) => {
    const { id } = context.req.valid("param");
    const { item, progress } = found(await views.replay(id), "replay", id, LIST);
    return context.json(replayView(item, progress), 200);
  });

  api.openapi(order, async (context) => {
    const { subscriber, run, all, from, to, events, again, dry, why } = context.req.valid("json");
    const targets = [subscriber, run, all].filter((target) => target !== undefined);
    if (targets.length !== 1)
      throw new ApiError("bad-request", "body: set one of subscriber, run and all.", { path: "body" });
    if (subscriber !== undefined) knownSubscriber(system, subscriber);
    if (run !== undefined) found(await views.runItem(run), "run", run, "GET /api/runs lists them.");
    for (const event of events ?? []) knownEvent(system, event);
    const target: Replay["target"] =
      subscriber !== undefined ? { subscriber } : run !== undefined ? { run } : { all: "subscribers" };
    const outcome = await control({
      action: "replay",
      target,
      why,
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
      ...(events && { events }),
      ...(again !== undefined && { again }),
      ...(dry !== undefined && { dry }),
      ...requester(context),
    });
    return context.json(carriedOut(outcome), 200);
  });

  api.openapi(cancel, async (context) => {
    const { id } = context.req.valid("param");
    found(await views.replay(id), "replay", id, LIST);
    const outcome = await control({
      action: "cancel",
      target: { replay: id },
      why: context.req.valid("json").why,
      ...requester(context),
    });
    return context.json(carriedOut(outcome), 200);
  });
}

function replayView(item: ReplayItem, progress?: ReplayProgress): ReplayView {
  const { replay, requested, from, to, subscribers, events, again, dry, counts, cancelled } = item;
  return {
    replay,
    requested: actionView(requested),
    from,
    to,
    subscribers,
    events,
    again,
    dry,
    counts,
    cancelled: cancelled && actionView(cancelled),
    state: progress?.state,
    reason: progress?.reason,
    deliveredUntil: progress?.deliveredUntil,
    endedAt: progress?.endedAt,
  };
}
