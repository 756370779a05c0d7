import { beforeAll, expect, test } from "vitest";
import { soaking } from "../../seeds.ts";
import { CRASHING, type Crash, callsOfRun, crash } from "./crash.ts";

let calls: Map<string, string[]>;
beforeAll(async () => {
  calls = await callsOfRun();
});

/**
 * A sample: before the first call, after the last, and after the first call of every fourth kind; in the soak of each
 * kind. To crash before a later call is to crash after the one before it. `bench/soak/crashes.ts` tries all.
 */
const EVERY = soaking ? 1 : 4;

function sample(name: string): Crash[] {
  const own = calls.get(name)!;
  const firsts = own.flatMap((operation, at) => (own.indexOf(operation) === at ? [at + 1] : []));
  const after = [...new Set([...firsts.filter((_, at) => at % EVERY === 0), own.length])];
  return [
    { kind: "crash-before", function: name, on: 1 },
    ...after.map((on): Crash => ({ kind: "crash-after", function: name, on })),
  ];
}

test.each(CRASHING)("a crash of %s between its calls is repaired by the redelivery", async (name) => {
  const own = calls.get(name)!;
  expect(own.length).toBeGreaterThan(0);
  for (const at of sample(name)) await crash(at, own[at.on - 1]!);
});
