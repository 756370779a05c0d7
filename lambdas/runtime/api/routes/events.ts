import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { EventDetail, EventSummary, SendEvent, SentEvent } from "../../../../lib/contract/api/index.ts";
import { MILLRACE_SOURCE, RESERVED_EVENTS } from "../../../../lib/contract/reserved.ts";
import type { KnownEvent } from "../../../../lib/contract/system.ts";
import { requester } from "../action-routes.ts";
import { ApiError } from "../errors.ts";
import { knownEvent } from "../known.ts";
import { type Api, answer, body, named, ONCE, refusals } from "../operation.ts";
import type { ApiPorts } from "../ports.ts";
import { contractOf, sendChecked } from "../send-event.ts";

const tags = ["events"];

const list = createRoute({
  method: "get",
  path: "/events",
  tags,
  summary: "Events with their publishers and subscribers",
  responses: { 200: answer(z.object({ items: z.array(EventSummary) }), "All events"), ...refusals() },
});
const read = createRoute({
  method: "get",
  path: "/events/{name}",
  tags,
  summary: "An event with its contracts, the newest first",
  request: { params: named("name") },
  responses: { 200: answer(EventDetail, "The event"), ...refusals(404) },
});
const send = createRoute({
  method: "post",
  path: "/events",
  tags,
  summary: "Sends an event, checked against its contract",
  request: { headers: ONCE, body: body(SendEvent) },
  responses: { 200: answer(SentEvent, "The event is sent"), ...refusals(404, 413, 422) },
});

export function eventRoutes(api: Api, ports: ApiPorts): void {
  const { system } = ports;

  api.openapi(list, (context) =>
    context.json({ items: [...system.events.map(summaryOf), ...RESERVED_EVENTS.map(reservedEvent)] }, 200),
  );

  api.openapi(read, (context) => {
    const { name } = context.req.valid("param");
    if (isReserved(name)) return context.json({ ...reservedEvent(name), contracts: [] }, 200);
    const event = knownEvent(system, name);
    const contracts = event.contracts.map(({ schema, ...rest }) => ({ ...rest, schema: { ...schema } }));
    return context.json({ ...summaryOf(event), contracts }, 200);
  });

  api.openapi(send, async (context) => {
    const { name, version, payload, why } = context.req.valid("json");
    const { by, key } = requester(context);
    if (isReserved(name))
      throw new ApiError("forbidden", `${name} is reserved: only Millrace publishes it.`, {
        path: "body.name",
      });
    const sent = await sendChecked(
      { contract: contractOf(system, name, version), payload, key },
      { by, why },
      ports,
    );
    return context.json(sent, 200);
  });
}

function summaryOf({ name, description, publishers, subscribers, contracts }: KnownEvent): EventSummary {
  return {
    name,
    publishers,
    subscribers,
    reserved: false,
    versions: contracts.map(({ version }) => version),
    description,
  };
}

function isReserved(name: string): boolean {
  return (RESERVED_EVENTS as readonly string[]).includes(name);
}

function reservedEvent(name: string): EventSummary {
  return { name, versions: [1], publishers: [MILLRACE_SOURCE], subscribers: [], reserved: true };
}
