import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { describe, expect, test } from "vitest";
import {
  benchSix,
  benchSixExpress,
  benchSixExpressRepeatable,
  benchSixPooled,
  benchSixRepeatable,
} from "../../bench/workflow/definitions.ts";
import { ordersApp } from "../../examples/orders/app.ts";
import {
  chargeCard,
  reactions,
  reserveStock,
  shipOrder,
} from "../../examples/orders/choreographed/reactions.ts";
import { fulfilOrder } from "../../examples/orders/orchestrated/fulfil-order.ts";
import { openTable } from "../../lambdas/runtime/aws/table/table.ts";
import { tableApprovals } from "../../lambdas/runtime/aws/waits/approvals.ts";
import { handlingCost } from "../../lib/cost/handling-cost.ts";
import { insideEvents } from "../../lib/cost/inside-events.ts";
import { sum } from "../../lib/cost/units.ts";
import { sharedAssembly } from "../assemblies.ts";
import { expenseApp } from "../end-to-end/approvals/expense/app.ts";
import { approveExpense } from "../end-to-end/approvals/expense/workflow.ts";
import { indexLater } from "../end-to-end/batches/app/documents.ts";
import { magazineApp } from "../end-to-end/coordination/app/app.ts";
import { makePage } from "../end-to-end/coordination/app/make-page.ts";
import { sendListed } from "../end-to-end/lists/parcel/workflow.ts";
import { releasePayment } from "../end-to-end/quorum/app/workflow.ts";
import { paymentsAssembly } from "../end-to-end/quorum/assembly.ts";
import { summarize } from "../end-to-end/shared-limits/app/calls.ts";
import { synthesizeShop } from "../end-to-end/waits/shop/app.ts";
import { fulfilOrder as sellOnline, shipParcel } from "../end-to-end/waits/shop/workflows.ts";
import { sharedApp } from "../shared-app.ts";
import { count, oneEvent, type Story } from "./count.ts";
import { computedFor, expectCounted, SMALL } from "./expect.ts";

test("six steps in a row", async () => {
  const assembly = sharedApp("bench-six", "Bench", { workflows: [benchSix], handlers: "bench/workflow" });
  const counted = await count(assembly, "Bench", oneEvent("bench.requested", { id: "one" }));
  expectCounted(computedFor(benchSix, SMALL), counted);
}, 120_000);

test("six steps in a row that are only logged", async () => {
  const workflow = { ...benchSix, stepEvents: "logged" } as const;
  const assembly = sharedApp("bench-six-logged", "Bench", {
    workflows: [workflow],
    handlers: "bench/workflow",
  });
  const counted = await count(assembly, "Bench", oneEvent("bench.requested", { id: "one" }));
  expectCounted(computedFor(workflow, SMALL), counted);
  expect(counted.customEvents).toBe(computedFor(benchSix, SMALL).customEvents - 6);
}, 120_000);

test("five events in one run", async () => {
  const assembly = sharedApp("batches-of-one-workflow", "Batches", {
    workflows: [indexLater],
    handlers: "test/end-to-end/batches/app",
  });
  const counted = await count(assembly, "Batches", async ({ cloud, send }) => {
    for (let edit = 0; edit < 5; edit++) {
      await send("document.changed", { document: "d", edit });
      await cloud.advance("3 minutes");
    }
    await cloud.advance("1 hour");
  });
  expectCounted(
    computedFor(indexLater, { ...SMALL, payloadBytes: 24, resultBytes: 21, items: { batch: 5 } }),
    counted,
  );
}, 120_000);

test("a run that gets a place in a shared limit at once", async () => {
  const assembly = sharedApp("calls-of-one-workflow", "Calls", {
    workflows: [summarize],
    handlers: "test/end-to-end/shared-limits/app",
  });
  const counted = await count(assembly, "Calls", oneEvent("job.sent", { tenant: "a", job: 1 }));
  expectCounted(computedFor(summarize, { ...SMALL, payloadBytes: 24, resultBytes: 9 }), counted);
}, 120_000);

test("an approval by two people", async () => {
  const assembly = paymentsAssembly();
  const counted = await count(assembly, "Payments", async ({ cloud, outputs, send }) => {
    await send("payment.requested", { payment: "one", by: "ann" });
    await cloud.advance("1 hour");
    const table = openTable(outputs.MillraceTable!, cloud.client(DynamoDBClient));
    const { Items } = await cloud.call("dynamodb", "Scan", { TableName: outputs.MillraceTable });
    const { pk, sk } = Items.find(({ kind }: any) => kind.S === "approval");
    for (const decidedBy of ["bob", "cy"]) {
      const question = { pk: pk.S, sk: sk.S, quorum: { approvals: 2, rejections: 2 } };
      await tableApprovals(table, cloud.now).decide(question, { approved: true, decidedBy });
      await cloud.advance("1 hour");
    }
  });
  expectCounted(computedFor(releasePayment, SMALL), counted);
}, 120_000);

test("six steps in one message", async () => {
  const assembly = sharedApp("bench-six-pooled", "Bench", {
    workflows: [benchSixPooled],
    handlers: "bench/workflow",
  });
  const counted = await count(assembly, "Bench", oneEvent("bench.requested", { id: "one" }));
  expectCounted(computedFor(benchSixPooled, SMALL), counted);
}, 120_000);

test("six steps in one message that are only logged", async () => {
  const workflow = { ...benchSixPooled, stepEvents: "logged" } as const;
  const assembly = sharedApp("bench-six-pooled-logged", "Bench", {
    workflows: [workflow],
    handlers: "bench/workflow",
  });
  const counted = await count(assembly, "Bench", oneEvent("bench.requested", { id: "one" }));
  expectCounted(computedFor(workflow, SMALL), counted);
}, 120_000);

test("six steps in one message, without an execution", async () => {
  const assembly = sharedApp("bench-six-express", "Bench", {
    workflows: [benchSixExpress],
    handlers: "bench/workflow",
  });
  // Its one function would make all its changes before the relay reads the first.
  const counted = await count(
    assembly,
    "Bench",
    oneEvent("bench.requested", { id: "one" }),
    undefined,
    "bench-six: hops",
  );
  expectCounted(computedFor(benchSixExpress, SMALL), counted);
  // The run's item is written once less, and two claims are not relayed alone. Both cost less than the two transactions.
  const standard = computedFor(benchSixPooled, SMALL);
  expect(counted.dynamodbWriteUnits - standard.dynamodbWriteUnits).toBeLessThanOrEqual(2);
  expect(standard.lambdaRequests - counted.lambdaRequests).toBeGreaterThanOrEqual(2);
}, 120_000);

test("six steps in one message that are safe to repeat", async () => {
  const assembly = sharedApp("bench-six-repeatable", "Bench", {
    workflows: [benchSixRepeatable],
    handlers: "bench/workflow-repeatable",
  });
  const counted = await count(assembly, "Bench", oneEvent("bench.requested", { id: "one" }));
  expectCounted(computedFor(benchSixRepeatable, SMALL), counted);
  const claimed = computedFor(benchSixPooled, SMALL).dynamodbWriteUnits;
  // One write instead of seven, and fewer items of the log.
  expect(claimed - counted.dynamodbWriteUnits).toBeGreaterThanOrEqual(6);
}, 120_000);

test("six steps without an execution that are safe to repeat", async () => {
  const workflow = benchSixExpressRepeatable;
  const assembly = sharedApp("bench-six-express-repeatable", "Bench", {
    workflows: [workflow],
    handlers: "bench/workflow-repeatable",
  });
  const counted = await count(assembly, "Bench", oneEvent("bench.requested", { id: "one" }));
  expectCounted(computedFor(workflow, SMALL), counted);
}, 120_000);

test("a list of three items in one message", async () => {
  const assembly = sharedApp("lists", "Parcels", {
    workflows: [sendListed],
    handlers: "test/end-to-end/lists/parcel",
  });
  const boxes = ["a", "b", "c"].map((id) => ({ id }));
  const counted = await count(assembly, "Parcels", oneEvent("parcel.ready", { id: "one", boxes }));
  // Here all items are as fast as each other: they share reads, and the relay receives their changes together.
  const given = { ...SMALL, items: { boxes: 3 }, changesAtOnce: 1.25 };
  expectCounted(computedFor(sendListed, given), counted, {
    dynamodbWriteUnits: 0.1,
    dynamodbReadUnits: 0.3,
    lambdaRequests: 0.3,
    functionLogBytes: 0.2,
    keptBytes: 0.2,
  });
  expect(counted.stateTransitions).toBe(2);
}, 120_000);

describe("an order", () => {
  const ORDER = { orderId: "one", sku: "lamp", quantity: 2, cents: 300, address: "Main Street" };
  const given = { ...SMALL, payloadBytes: 100 };
  let assembly: string;
  const place = (style: string, card: string) =>
    count(assembly, style, oneEvent("order.placed", { ...ORDER, card }), async ({ cloud, outputs }) => {
      const amounts = { "stock#lamp": 100, "card#rich": 100_000, "card#poor": 50 };
      for (const [id, amount] of Object.entries(amounts)) {
        const Item = { id: { S: id }, amount: { N: String(amount) } };
        await cloud.call("dynamodb", "PutItem", { TableName: outputs.BooksTable, Item });
      }
    });

  test("that is shipped, orchestrated by a workflow", async () => {
    assembly = sharedAssembly("orders", ordersApp);
    expectCounted(computedFor(fulfilOrder, given), await place("Orchestrated", "rich"));
  }, 180_000);

  test("that cannot be paid, and is undone", async () => {
    const computed = computedFor(fulfilOrder, { ...given, failsAt: "take-payment" });
    expectCounted(computed, await place("Orchestrated", "poor"));
  }, 60_000);

  test("that is choreographed by reactions", async () => {
    const inside = insideEvents([], reactions);
    const computed = [reserveStock, chargeCard, shipOrder].map(
      (reaction) => handlingCost(reaction, given, "typical", inside).units,
    );
    const counted = await place("Choreographed", "rich");
    // The ledger takes the three events together.
    expectCounted(sum(computed), counted, {
      sqsRequests: 0.3,
      lambdaRequests: 0.2,
      functionLogBytes: 0.15,
      dynamodbReadUnits: 0.1,
    });
  }, 60_000);
});

test("a run that waits for an event, calls another, and could be cancelled", async () => {
  const counted = await count(synthesizeShop(), "Shop", async ({ cloud, send }: Story) => {
    await send("order.placed", { orderId: "one", address: "Main Street" });
    await cloud.advance("1 hour");
    await send("order.paid", { orderId: "one", amount: 4 });
    await cloud.advance("1 hour");
  });
  const given = { ...SMALL, ways: { "when exists(payment)": "then" } };
  const order = computedFor(sellOnline, given);
  const parcel = computedFor(shipParcel, SMALL, "typical", "called");
  expectCounted(sum([order, parcel]), counted);
}, 120_000);

test("a run whose branches wait for each other, with a list and a loop", async () => {
  const takes = { text: 0, picture: 0, proof: 0, layout: 0 };
  const counted = await count(
    sharedAssembly("magazine", magazineApp),
    "Magazine",
    oneEvent("page.wanted", { page: "p", takes, columns: [takes], drafts: 2 }),
  );
  const given = { ...SMALL, payloadBytes: 150, items: { columns: 1 }, rounds: { drafts: 2 } };
  // Attempts of one function within a second share the read of the orders.
  expectCounted(computedFor(makePage, given), counted, { dynamodbReadUnits: 0.2 });
}, 120_000);

describe("an approval", () => {
  let assembly: string;
  const ask = (patience: "1 hour" | "3 days") =>
    count(assembly, "Expenses", async ({ cloud, send, outputs }) => {
      await send("expense.claimed", { expenseId: "one", amount: 4 });
      await cloud.advance(patience);
      const { Items } = await cloud.call("dynamodb", "Scan", { TableName: outputs.MillraceTable });
      const { pk, sk } = Items.find(({ kind }: any) => kind.S === "approval");
      const approvals = tableApprovals(
        openTable(outputs.MillraceTable!, cloud.client(DynamoDBClient)),
        cloud.now,
      );
      await approvals.decide({ pk: pk.S, sk: sk.S }, { approved: true, decidedBy: "ada" });
      await cloud.advance("1 hour");
    });

  test("that is decided", async () => {
    assembly = sharedAssembly("expenses", expenseApp);
    expectCounted(computedFor(approveExpense, SMALL), await ask("1 hour"));
  }, 120_000);

  test("that times out and escalates", async () => {
    expectCounted(computedFor(approveExpense, SMALL, "worst"), await ask("3 days"));
  }, 60_000);
});
