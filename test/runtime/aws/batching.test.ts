import { expect, test } from "vitest";
import { type BatchCall, Batching, type Outcome } from "../../../lambdas/runtime/aws/batching.ts";

type Call = { requests: string[]; answer(outcomes?: Outcome<string>[]): void; fail(error: Error): void };

/** A batching whose calls the test answers. */
function batching(more: Partial<BatchCall<string, string>> = {}) {
  const calls: Call[] = [];
  const pauses: number[] = [];
  const batch = new Batching<string, string>({
    most: 3,
    send(requests) {
      const { promise, resolve, reject } = Promise.withResolvers<Outcome<string>[]>();
      const own = requests.map((request) => ({ answer: `${request}!` }));
      calls.push({ requests, answer: (outcomes = own) => resolve(outcomes), fail: reject });
      return promise;
    },
    pause: async (milliseconds) => void pauses.push(milliseconds),
    ...more,
  });
  const ask = (...requests: string[]) => requests.map((request) => batch.ask(request));
  return { calls, pauses, ask, sent: () => calls.map(({ requests }) => requests.join("")) };
}

/** The end of this turn of the event loop, and of those that it leads to. */
const turn = () => new Promise<void>((resolve) => setTimeout(resolve));
const named = (name: string) => Object.assign(new Error(name), { name });

test("a request is sent at the end of the turn without waiting for others", async () => {
  const { ask, calls, sent } = batching();
  const [answer] = ask("a");
  expect(sent()).toEqual([]);
  await turn();
  expect(sent()).toEqual(["a"]);
  calls[0]!.answer();
  expect(await answer).toBe("a!");
});

test("requests of one turn's continuations share a call, up to the limit", async () => {
  const { ask, sent } = batching();
  const deep = async (name: string, depth: number): Promise<unknown> =>
    depth === 0 ? ask(name)[0] : await Promise.resolve().then(() => deep(name, depth - 1));
  for (const [depth, name] of ["a", "b", "c", "d"].entries()) void deep(name, depth * 5);
  await turn();
  expect(sent()).toEqual(["abc", "d"]);
});

test("two calls are in flight; what arrives meanwhile forms the next", async () => {
  const { ask, calls, sent } = batching();
  ask("a");
  await turn();
  ask("b");
  await turn();
  ask("c");
  await turn();
  ask("d");
  await turn();
  expect(sent()).toEqual(["a", "b"]);
  calls[0]!.answer();
  await turn();
  expect(sent()).toEqual(["a", "b", "cd"]);
});

test("each request has its own answer, refusal and error", async () => {
  const { ask, calls } = batching();
  const asked = ask("a", "b", "c");
  await turn();
  calls[0]!.answer([{ answer: "yes" }, { refused: named("No") }, { answer: "too" }]);
  expect(await Promise.allSettled(asked)).toEqual([
    { status: "fulfilled", value: "yes" },
    { status: "rejected", reason: named("No") },
    { status: "fulfilled", value: "too" },
  ]);
});

test("unprocessed requests are sent again with waiting ones, and fail after the last attempt", async () => {
  const { ask, calls, pauses, sent } = batching({ attempts: 3 });
  const [left, other] = ask("a", "b");
  const throttled = { leftOver: named("Throttled") };
  await turn();
  calls[0]!.answer([throttled, { answer: "b!" }]);
  expect(await other).toBe("b!");
  const failed = left!.catch((error: Error) => error.name);
  await turn();
  ask("c");
  calls[1]!.answer([throttled]);
  await turn();
  expect(sent()).toEqual(["ab", "a", "ca"]);
  calls[2]!.answer([{ answer: "c!" }, throttled]);
  expect(await failed).toBe("Throttled");
  expect(pauses).toEqual([50, 100]);
});

test("a call whose answer is lost is an error of each of its requests", async () => {
  const { ask, calls, sent } = batching();
  const asked = Promise.allSettled(ask("a", "b"));
  await turn();
  calls[0]!.fail(named("TimeoutError"));
  expect((await asked).map((one) => (one as PromiseRejectedResult).reason.name)).toEqual([
    "TimeoutError",
    "TimeoutError",
  ]);
  expect(sent()).toEqual(["ab"]);
});

test("a request that makes the service refuse the whole call fails alone", async () => {
  const { ask, calls, sent } = batching();
  const asked = Promise.allSettled(ask("a", "bad"));
  await turn();
  calls[0]!.fail(named("ValidationException"));
  await turn();
  calls[1]!.answer();
  await turn();
  calls[2]!.fail(named("ValidationException"));
  expect((await asked).map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
  expect(sent()).toEqual(["abad", "a", "bad"]);
});

test("two requests of one name are in two calls, in order", async () => {
  const { ask, calls, sent } = batching({ nameOf: (request) => request[0]!, inFlight: 1 });
  const asked = ask("a1", "a2", "b1", "a3");
  await turn();
  expect(sent()).toEqual(["a1b1"]);
  calls[0]!.answer();
  await turn();
  calls[1]!.answer();
  await turn();
  calls[2]!.answer();
  expect(await Promise.all(asked)).toEqual(["a1!", "a2!", "b1!", "a3!"]);
  expect(sent()).toEqual(["a1b1", "a2", "a3"]);
});

test("a call is within the service's size limit; a request that exceeds it is sent alone", async () => {
  const { ask, sent } = batching({ size: { most: 4, of: (request) => request.length }, inFlight: 9 });
  ask("aa", "bb", "ccccc", "d");
  await turn();
  expect(sent()).toEqual(["aabb", "ccccc", "d"]);
});
