import { expect, test } from "vitest";
import { hiddenByLease } from "../../../lambdas/runtime/handlers/hide-by-lease.ts";

const NOW = 1_000_000;
const invocation = { id: "delivery", deadline: NOW + 75_000 };
const record = { receiptHandle: "receipt" } as any;

function setUp(answer: () => Promise<void> = async () => {}) {
  const [delays, warnings]: [unknown[], string[]] = [[], []];
  const queue = {
    async delay(...how: [string, number]) {
      delays.push(how);
      await answer();
    },
  };
  const log = { info() {}, error() {}, warn: (message: string) => void warnings.push(message) };
  return { delays, warnings, delivery: { record, invocation, log }, ports: { queue, now: () => NOW } };
}

test("a message of a minute or more returns a second after its lease", async () => {
  const { delays, delivery, ports } = setUp();
  expect(await hiddenByLease([{ timeout: "1 minute" }], delivery, ports, async () => "done")).toBe("done");
  expect(delays).toEqual([["receipt", 75_000 + 5_000 + 1_000]]);
});

test("a shorter one keeps its queue's visibility, and costs no request", async () => {
  const { delays, delivery, ports } = setUp();
  expect(await hiddenByLease([{ timeout: "59 seconds" }], delivery, ports, async () => "done")).toBe("done");
  expect(delays).toEqual([]);
});

test("a short one hides its message in a function with a long timeout, as that of a pool may have", async () => {
  const { delays, delivery, ports } = setUp();
  const long = { ...delivery, invocation: { ...invocation, deadline: NOW + 300_000 } };
  await hiddenByLease([{ timeout: "10 seconds" }], long, ports, async () => "done");
  expect(delays).toEqual([["receipt", 300_000 + 5_000 + 1_000]]);
});

test("the messages of a group are as long as its steps together", async () => {
  const { delays, delivery, ports } = setUp();
  const specs = [{ timeout: "30 seconds" }, { timeout: "30 seconds" }] as const;
  await hiddenByLease(specs, delivery, ports, async () => "done");
  expect(delays).toHaveLength(1);
});

test("the work does not wait for the request, and what follows does", async () => {
  let answered = () => {};
  const order: string[] = [];
  const { delivery, ports } = setUp(() => new Promise<void>((resolve) => (answered = resolve)));
  const done = hiddenByLease(
    [{ timeout: "5 minutes" }],
    delivery,
    ports,
    async () => void order.push("work"),
  );
  void done.then(() => order.push("after"));
  await new Promise(setImmediate);
  expect(order).toEqual(["work"]);
  answered();
  await done;
  expect(order).toEqual(["work", "after"]);
});

test("a failed request does not affect the work", async () => {
  const { warnings, delivery, ports } = setUp(() => Promise.reject(new Error("throttled")));
  expect(await hiddenByLease([{ timeout: "5 minutes" }], delivery, ports, async () => "done")).toBe("done");
  expect(warnings).toEqual(["The message keeps its queue's visibility timeout."]);
});
