import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { simulate } from "../../../local/simulate.ts";
import { assemblyOf } from "./assembly.ts";

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

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
  "the memory of a process that ended by a %s is given back with its simulation",
  async (kind) => {
    const held: WeakRef<object>[] = [];
    Object.assign(globalThis, { held });
    const tell = async () => {
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
    await tell();
    expect(held).toHaveLength(1);
    for (let turns = 0; turns < 20 && held[0]!.deref(); turns++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      collect();
    }
    expect(held[0]!.deref()).toBeUndefined();
  },
);
