import { createRoute } from "@hono/zod-openapi";
import {
  DeadLetterQuery,
  DeadLetterView,
  Outcome,
  pageOf,
  ResolveDeadLetter,
  ResolveDeadLetters,
} from "../../../../lib/contract/api/index.ts";
import type { DeadLetterItem } from "../../../../lib/contract/table.ts";
import { shownBody } from "../../dead-letters/token.ts";
import { requester } from "../action-routes.ts";
import { ApiError, found } from "../errors.ts";
import { type Api, answer, body, carriedOut, named, ONCE, refusals } from "../operation.ts";
import { listed, wanting } from "../paging.ts";
import type { ApiPorts } from "../ports.ts";
import { actionView } from "../views/actions.ts";

const tags = ["dead letters"];
const ACTIONS = ["redrive", "discard"] as const;
const SUMMARIES = { redrive: "Sends back to its queue", discard: "Discards permanently" } as const;

const list = createRoute({
  method: "get",
  path: "/dead-letters",
  tags,
  summary: "Dead letters, newest first",
  request: { query: DeadLetterQuery },
  responses: { 200: answer(pageOf(DeadLetterView), "A page of dead letters"), ...refusals() },
});
const read = createRoute({
  method: "get",
  path: "/dead-letters/{id}",
  tags,
  summary: "A dead letter with its message",
  request: { params: named("id") },
  responses: { 200: answer(DeadLetterView, "The dead letter"), ...refusals(404) },
});
const one = ACTIONS.map((action) => ({
  action,
  route: createRoute({
    method: "post",
    path: `/dead-letters/{id}/${action}`,
    tags,
    summary: `${SUMMARIES[action]} (one message)`,
    request: { params: named("id"), headers: ONCE, body: body(ResolveDeadLetter) },
    responses: { 200: answer(Outcome, "What was done"), ...refusals(404, 409, 413) },
  }),
}));
const many = ACTIONS.map((action) => ({
  action,
  route: createRoute({
    method: "post",
    path: `/dead-letters/${action}`,
    tags,
    summary: `${SUMMARIES[action]} (all messages, or all of one subscriber)`,
    request: { headers: ONCE, body: body(ResolveDeadLetters) },
    responses: { 200: answer(Outcome, "What was done"), ...refusals(404, 409) },
  }),
}));

const LIST = "GET /api/dead-letters lists them.";

export function deadLetterRoutes(api: Api, { views, control }: ApiPorts): void {
  api.openapi(list, async (context) => {
    const { subscriber, ...page } = context.req.valid("query");
    const part = await views.deadLetters({ ...wanting(page), subscriber });
    return context.json(
      listed(part, (item) => {
        const { body: _, ...view } = deadLetterView(item);
        return view;
      }),
      200,
    );
  });

  api.openapi(read, async (context) => {
    const { id } = context.req.valid("param");
    const item = found(await views.deadLetter(id), "dead letter", id, LIST);
    return context.json(deadLetterView(item), 200);
  });

  for (const { action, route } of many) {
    api.openapi(route, async (context) => {
      const { subscriber, rate, why } = context.req.valid("json");
      if (subscriber !== undefined) await refuseUnknown(subscriber);
      const outcome = await control({
        action,
        why,
        ...(rate !== undefined && { rate }),
        target: subscriber === undefined ? { all: "dead-letters" } : { subscriber },
        ...requester(context),
      });
      return context.json(carriedOut(outcome), 200);
    });
  }

  for (const { action, route } of one) {
    api.openapi(route, async (context) => {
      const { id } = context.req.valid("param");
      const { body: edited, why } = context.req.valid("json");
      found(await views.deadLetter(id), "dead letter", id, LIST);
      if (edited !== undefined && action === "discard")
        throw new ApiError("bad-request", "body.body: a discarded message cannot be edited.", {
          path: "body.body",
        });
      const outcome = await control({
        action,
        target: { deadLetter: id },
        why,
        ...(edited !== undefined && { body: edited }),
        ...requester(context),
      });
      return context.json(carriedOut(outcome), 200);
    });
  }

  async function refuseUnknown(subscriber: string): Promise<void> {
    const queues = await views.queues();
    const queue = queues.find(({ name, workflow }) => name === subscriber || workflow === subscriber);
    found(queue, "subscriber", subscriber, "GET /api/subscribers lists them.");
  }
}

function deadLetterView(item: DeadLetterItem): DeadLetterView {
  const { id, subscriber, purpose, body: text, receives, reason, sentAt, diedAt, resolved } = item;
  const { step, run, epoch, path, event, edited } = item;
  return {
    id,
    subscriber,
    purpose,
    body: shownBody(text),
    receives,
    reason,
    sentAt,
    diedAt,
    step,
    run,
    epoch,
    path,
    ...(event && { event: { id: event.id, name: event.name } }),
    edited: edited && shownBody(edited),
    resolved: resolved && { ...actionView(resolved), as: resolved.as },
  };
}
