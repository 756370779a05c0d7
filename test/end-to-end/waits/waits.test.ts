import { afterEach, expect, test } from "vitest";
import { expectPeace, openShop, type Shop, shopAssembly } from "./shop.ts";

shopAssembly();

let shop: Shop;
afterEach(async () => {
  await expectPeace(shop);
  await shop.cloud.close();
});

const order = { orderId: "o1", address: "Main Street" };
const paid = (amount: number) => ({ orderId: "o1", amount });

test("an event wakes every run that waits for its key, by the payload that the contract lets in; a child's output is its answer", async () => {
  shop = await openShop();
  await shop.send("order.placed", order);
  await shop.send("books.opened", { orderId: "o1" });
  await shop.send("order.paid", { orderId: "another", amount: 7 });
  await shop.cloud.advance("2 hours");
  expect(await shop.run("fulfil-order")).toMatchObject({ status: "running" });
  await shop.send("order.paid", { ...paid(10), more: "than the contract says" });
  await shop.cloud.settle();
  expect(await shop.run("fulfil-order")).toMatchObject({
    status: "succeeded",
    output: { payment: paid(10), parcel: { tracking: "to Main Street" } },
  });
  const child = await shop.run("ship-parcel");
  const parent = await shop.run("fulfil-order");
  expect(child).toMatchObject({ status: "succeeded", parent: { run: parent.run, path: "ship-parcel" } });
  // The other run waits for a second payment: one event wakes one of its waits.
  expect(await shop.run("book-payments")).toMatchObject({ status: "running" });
});

test("an event that came before its wait counts; the same event twice counts once", async () => {
  shop = await openShop();
  await shop.send("order.paid", paid(10), "p1");
  await shop.cloud.settle();
  await shop.send("order.placed", order);
  await shop.send("books.opened", { orderId: "o1" });
  await shop.send("order.paid", paid(10), "p1");
  await shop.cloud.settle();
  expect(await shop.run("fulfil-order")).toMatchObject({ status: "succeeded" });
  await shop.send("order.paid", paid(10), "p1");
  await shop.cloud.advance("1 hour");
  expect(await shop.run("book-payments")).toMatchObject({ status: "running" });
  await shop.send("order.paid", paid(5), "p2");
  await shop.cloud.settle();
  const { status, output } = await shop.run("book-payments");
  expect([status, Object.values(output as object).sort()]).toEqual(["succeeded", [10, 5]]);
  expect(await shop.items("awaited-event")).toHaveLength(3); // Two payments, and the end of a child.
});

test("an event that comes after its wait timed out is late for that run, and in time for another that still waits", async () => {
  shop = await openShop();
  await shop.send("order.placed", order);
  await shop.send("books.opened", { orderId: "o1" });
  await shop.cloud.advance("25 hours");
  expect(await shop.run("fulfil-order")).toMatchObject({ status: "succeeded", output: {} });
  expect(await shop.published("event.late")).toEqual([]);
  await shop.send("order.paid", paid(10), "p1");
  await shop.cloud.advance("1 minute");
  const { run } = await shop.run("fulfil-order");
  expect(await shop.published("event.late")).toMatchObject([
    { event: "order.paid", key: "o1", id: "p1", run, workflow: "fulfil-order", path: "payment" },
  ]);
  const waiters = await shop.items("waiter");
  expect(waiters.filter(({ taken }) => taken === "p1").map(({ workflow }) => workflow)).toEqual([
    "book-payments",
  ]);
});

test("an event for runs that have all ended is late", async () => {
  shop = await openShop();
  await shop.send("order.placed", order);
  await shop.send("books.opened", { orderId: "o1" });
  await shop.send("order.paid", paid(10), "p1");
  await shop.send("order.paid", paid(10), "p2");
  await shop.cloud.advance("1 minute");
  expect(await shop.published("event.late")).toEqual([]);
  await shop.send("order.paid", paid(10), "p3");
  await shop.cloud.advance("1 minute");
  expect(await shop.published("event.late")).toEqual([
    expect.objectContaining({ event: "order.paid", id: "p3" }),
  ]);
  // A customer who cancels what is done comes too late, too.
  await shop.send("order.cancelled", { orderId: "o1" }, "c1");
  await shop.cloud.advance("1 minute");
  expect(await shop.published("event.late")).toContainEqual(
    expect.objectContaining({ event: "order.cancelled", id: "c1", workflow: "fulfil-order" }),
  );
});

test("an event cancels the runs with its key, and no others", async () => {
  shop = await openShop();
  await shop.send("order.placed", order);
  await shop.send("books.opened", { orderId: "o1" });
  await shop.send("order.cancelled", { orderId: "another" });
  await shop.cloud.settle();
  expect(await shop.run("fulfil-order")).toMatchObject({ status: "running" });
  await shop.send("order.cancelled", { orderId: "o1" }, "c1");
  await shop.cloud.advance("10 minutes");
  expect(await shop.run("fulfil-order")).toMatchObject({
    status: "terminated",
    terminated: { by: "cancelOn", why: "order.cancelled c1" },
  });
  expect(await shop.run("book-payments")).toMatchObject({ status: "running" });
  expect(await shop.published("event.late")).toEqual([]);
});

test("a cancellation that was there before its run cancels it", async () => {
  shop = await openShop();
  await shop.send("order.cancelled", { orderId: "o1" });
  await shop.cloud.settle();
  await shop.send("order.placed", order);
  await shop.send("books.opened", { orderId: "o1" });
  await shop.cloud.advance("10 minutes");
  expect(await shop.run("fulfil-order")).toMatchObject({ status: "terminated" });
});

test("a child that fails fails the run that called it, with the cause", async () => {
  shop = await openShop();
  await shop.send("order.placed", { ...order, address: "nowhere" });
  await shop.send("order.paid", paid(10));
  await shop.cloud.advance("10 minutes");
  const child = await shop.run("ship-parcel");
  expect(child.status).toBe("failed");
  const { status, failure } = await shop.run("fulfil-order");
  expect([status, failure!.error]).toEqual(["failed", "Millrace.ChildFailed"]);
  expect(JSON.parse(failure!.cause)).toMatchObject({
    run: child.run,
    workflow: "ship-parcel",
    status: "failed",
    failure: { error: "Millrace.GiveUp" },
  });
});

test("a child whose payload breaks its contract is quarantined, and fails the run that called it", async () => {
  shop = await openShop();
  await shop.send("order.placed", { ...order, address: "" });
  await shop.send("order.paid", paid(10));
  await shop.cloud.advance("10 minutes");
  const { status, failure } = await shop.run("fulfil-order");
  expect([status, failure!.error]).toEqual(["failed", "Millrace.ChildFailed"]);
  expect(failure!.cause).toContain("address");
  expect(await shop.items("quarantine")).toMatchObject([{ subscriber: "ship-parcel", reason: "contract" }]);
});

test("an event that breaks an awaited contract is quarantined, and answers no wait", async () => {
  shop = await openShop();
  await shop.send("order.placed", order);
  await shop.send("books.opened", { orderId: "o1" });
  await shop.send("order.paid", { orderId: "o1", amount: "a lot" });
  await shop.cloud.settle();
  expect(await shop.items("quarantine")).toMatchObject([
    { subscriber: "millrace.waits", reason: "contract", findings: [{ path: "amount" }] },
  ]);
  expect(await shop.run("fulfil-order")).toMatchObject({ status: "running" });
});

test("an external job: a step starts it, and the event of its completion continues the run days later", async () => {
  shop = await openShop();
  await shop.send("report.wanted", { reportId: "r1" });
  await shop.cloud.advance("2 days");
  await shop.send("print.finished", { jobId: "job of r1", pages: 12 });
  await shop.cloud.settle();
  expect(await shop.run("print-report")).toMatchObject({ status: "succeeded", output: { pages: 12 } });
});

test("forty waiting runs make no call in half a day; an event then answers those with its key", async () => {
  shop = await openShop();
  for (let at = 0; at < 40; at++) await shop.send("order.placed", { ...order, orderId: `o${at}` });
  await shop.cloud.advance("10 minutes");
  const before = shop.cloud.calls.length;
  await shop.cloud.advance("12 hours");
  expect(shop.cloud.calls.length).toBe(before);
  await shop.send("order.paid", { orderId: "o7", amount: 1 });
  await shop.cloud.settle();
  const ended = (await shop.items("run")).filter(({ status }) => status === "succeeded");
  expect(ended.map(({ workflow }) => workflow).sort()).toEqual(["fulfil-order", "ship-parcel"]);
});
