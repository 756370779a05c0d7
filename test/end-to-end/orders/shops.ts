import { unmarshall } from "@aws-sdk/util-dynamodb";
import { beforeAll, expect } from "vitest";
import { ordersApp } from "../../../examples/orders/app.ts";
import type { Order } from "../../../examples/orders/events.ts";
import { type SimulationOptions, simulate } from "../../../local/simulate.ts";
import { sharedAssembly } from "../../assemblies.ts";
import { distinctEvents } from "../archived-events.ts";

let assembly: string;

/** Synthesizes the example, once for the tests of a file. */
export function ordersAssembly(): void {
  beforeAll(() => {
    assembly = sharedAssembly("orders", ordersApp);
  }, 180_000);
}

export type Style = "Orchestrated" | "Choreographed";
export type Shop = Awaited<ReturnType<typeof openShop>>;

/** What there is when a shop opens. */
const STOCK = { book: 5, lamp: 100 };
const MONEY = { rich: 100_000, poor: 50 };

/** One of the two shops, with goods on its shelves and money on its customers' cards. */
export async function openShop(style: Style, options: Partial<SimulationOptions> = {}) {
  const reports: string[] = [];
  const cloud = await simulate(assembly, {
    seed: 1,
    schedules: false,
    report: (line: string) => reports.push(line),
    ...options,
  });
  const outputs = await cloud.outputs(style);
  const TableName = outputs.BooksTable!;
  const put = (id: string, amount: number) =>
    cloud.call("dynamodb", "PutItem", { TableName, Item: { id: { S: id }, amount: { N: String(amount) } } });
  for (const [sku, amount] of Object.entries(STOCK)) await put(`stock#${sku}`, amount);
  for (const [card, cents] of Object.entries(MONEY)) await put(`card#${card}`, cents);

  const scan = async (name: string) => {
    const { Items } = await cloud.call("dynamodb", "Scan", { TableName: name });
    return (Items as any[]).map((item) => unmarshall(item));
  };
  return {
    cloud,
    reports,
    outputs,
    /** Places an order; twice is the same order twice. */
    async place(orderId: string, more: Partial<Order> = {}) {
      const order = { orderId, sku: "lamp", quantity: 2, card: "rich", cents: 300, address: "Main Street" };
      const Detail = JSON.stringify({ ...order, ...more });
      const Entries = [
        { EventBusName: outputs.MillraceBus, Source: "shop", DetailType: "order.placed", Detail },
      ];
      const answer = await cloud.call("events", "PutEvents", { Entries });
      expect(answer).toMatchObject({ FailedEntryCount: 0 });
    },
    /** Amounts by account, and what the services did for each order, sorted. */
    async books() {
      const items = await scan(TableName);
      const amounts = new Map(
        items.filter(({ amount }) => amount !== undefined).map(({ id, amount }) => [id, amount]),
      );
      const done = (orderId: string): string[] =>
        items.flatMap((item) => (item.orderId === orderId ? [item.what] : [])).sort();
      return { amount: (id: string): number => amounts.get(id) ?? 0, done };
    },
    items: () => scan(outputs.MillraceTable!),
    /** Orders of which an event was on the bus, one entry for each distinct event. */
    published(name: string): string[] {
      return distinctEvents(cloud, name)
        .map(({ detail }) => detail.orderId)
        .sort();
    },
  };
}

/** What was done for an order, by how it ended: nothing twice, and nothing left that was not undone. */
const SHIPPED = [["charge", "reserve", "ship"]];
const CANCELLED = [
  ["cancel"],
  ["cancel", "release", "reserve"],
  ["cancel", "charge", "refund", "release", "reserve"],
];

/** What must hold of both shops once all is over, whatever went wrong on the way. Answers who was served. */
export async function expectBalance(shop: Shop, orders: string[]): Promise<string[]> {
  const { amount, done } = await shop.books();
  for (const [sku, before] of Object.entries(STOCK)) {
    expect(amount(`stock#${sku}`) + amount(`shipped#${sku}`), sku).toBe(before);
    expect(amount(`stock#${sku}`), sku).toBeGreaterThanOrEqual(0);
    expect(amount(`reserved#${sku}`), sku).toBe(0);
  }
  const cards = Object.entries(MONEY);
  for (const [card] of cards) expect(amount(`card#${card}`), card).toBeGreaterThanOrEqual(0);
  const money = cards.reduce((sum, [card]) => sum + amount(`card#${card}`), amount("till"));
  expect(money).toBe(cards.reduce((sum, [, cents]) => sum + cents, 0));

  for (const order of orders) expect([...SHIPPED, ...CANCELLED], order).toContainEqual(done(order));
  const shipped = orders.filter((order) => done(order).includes("ship")).sort();
  expect(shop.published("order.shipped")).toEqual(shipped);
  expect(shop.published("order.cancelled")).toEqual(
    orders.filter((order) => !shipped.includes(order)).sort(),
  );
  expect(shop.reports).toEqual([]);
  return shipped;
}
