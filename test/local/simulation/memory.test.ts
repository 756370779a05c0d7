import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { simulate } from "../../../local/simulate.ts";
import { assemblyOf } from "./assembly.ts";

setFlagsFromString("--expose-gc");
/** The last resort also empties V8's own cache of compiled code, which is otherwise emptied as it ages. */
const gc: (how: object) => void = runInNewContext("gc");
const collect = () => gc({ type: "major", flavor: "last-resort" });

/** Calls a service, and keeps hold of what the test wants to see given back. */
const CALLER = `
  import { request } from "node:http";
  export const handler = async () => {
    globalThis.held.push(new WeakRef(globalThis));
    await new Promise((resolve, reject) => {
      const call = request("http://localhost:4566/", { method: "POST", headers: { "x-amz-target": "AmazonSQS.ListQueues", "content-type": "application/x-amz-json-1.0" } }, resolve);
      call.on("error", reject);
      call.end("{}");
    });
  };`;

test.each(["crash-before", "crash-after"] as const)(
  "the memory of a process that ended by a %s is released with its simulation",
  async (kind) => {
    const held: WeakRef<object>[] = [];
    Object.assign(globalThis, { held });
    const simulateOnce = async () => {
      const cloud = await simulate(assemblyOf({ Caller: { code: CALLER } }), {
        seed: 1,
        faults: { calls: [{ kind }] },
      });
      const { FunctionError } = await cloud.call("lambda", "Invoke", {
        FunctionName: cloud.functionName("Caller"),
        Payload: "{}",
      });
      expect(FunctionError).toBeDefined();
      await cloud.close();
    };
    await simulateOnce();
    expect(held).toHaveLength(1);
    for (let turns = 0; turns < 20 && held[0]!.deref(); turns++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      collect();
    }
    expect(held[0]!.deref()).toBeUndefined();
  },
);

/** Collected until nothing more goes: what simulations leave is given back in several rounds. */
async function heapUsed(): Promise<number> {
  for (let turns = 0; turns < 5; turns++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    collect();
  }
  return process.memoryUsage().heapUsed;
}

test("a process that simulates one app after the other keeps the code of the latest only", async () => {
  const APPS = 25;
  const LARGE = 8_000_000;
  const simulateOnce = async () => {
    const code = `globalThis.large = 1; /* ${"x".repeat(LARGE)} */ export const handler = () => "done";`;
    const cloud = await simulate(assemblyOf({ Large: { code } }), { seed: 1 });
    await cloud.call("lambda", "Invoke", { FunctionName: cloud.functionName("Large"), Payload: "{}" });
    await cloud.close();
  };
  await simulateOnce();
  const before = await heapUsed();
  for (let app = 1; app < APPS; app++) await simulateOnce();
  expect((await heapUsed()) - before).toBeLessThan((APPS * LARGE * 2) / 3);
});
