import { createRoute } from "@hono/zod-openapi";
import { DeliveryQuery, DeliveryView, pageOf } from "../../../../lib/contract/api/index.ts";
import type { DeliveryItem } from "../../../../lib/contract/table.ts";
import { type Api, answer, refusals } from "../operation.ts";
import { listed, wanting } from "../paging.ts";
import type { ApiPorts } from "../ports.ts";

const list = createRoute({
  method: "get",
  path: "/deliveries",
  tags: ["deliveries"],
  summary: "Deliveries of one event, or all deliveries that need attention",
  request: { query: DeliveryQuery },
  responses: { 200: answer(pageOf(DeliveryView), "A page of deliveries"), ...refusals() },
});

export function deliveryRoutes(api: Api, { views }: ApiPorts): void {
  api.openapi(list, async (context) => {
    const { event, overdue, subscriber, ...page } = context.req.valid("query");
    if (event !== undefined) {
      const items = await views.deliveriesOf(event);
      const wanted = items.filter((item) => subscriber === undefined || item.subscriber === subscriber);
      return context.json({ items: wanted.map(deliveryView) }, 200);
    }
    const part = await views.deliveries(overdue ? "overdue" : "problem", { ...wanting(page), subscriber });
    return context.json(listed(part, deliveryView), 200);
  });
}

function deliveryView(item: DeliveryItem): DeliveryView {
  const { event, name, source, correlation, subscriber, state } = item;
  const { publishedAt, receivedAt, concludedAt, attempts, run, why, overdueAt, dueAt } = item;
  return {
    event,
    name,
    source,
    correlation,
    subscriber,
    state,
    ...given({ publishedAt, receivedAt, concludedAt, attempts, run, why, overdueAt, dueAt }),
  };
}

/** The possible fields. */
function given<Fields extends object>(fields: Fields): Partial<Fields> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Partial<Fields>;
}
