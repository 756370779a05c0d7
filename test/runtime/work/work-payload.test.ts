import { beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";
import { offload } from "../../../lambdas/runtime/payload/offload.ts";
import { restore } from "../../../lambdas/runtime/payload/restore.ts";
import { resultOfCode } from "../../../lambdas/runtime/work/result.ts";
import { claimKey } from "../../../lib/contract/keys/claim.ts";
import { isReference, REFERENCE_KEY } from "../../../lib/contract/payload.ts";
import { defineStep } from "../../../lib/contract/step.ts";
import type { ClaimItem } from "../../../lib/contract/table.ts";
import { memoryArtifacts } from "../memory/memory-work.ts";
import { Charged, first, key, never, RUN, succeeds, workHarness } from "./work-harness.ts";

const Script = z.object({
  title: z.string(),
  text: z.string(),
  scenes: z.array(z.object({ kind: z.string(), text: z.string() })),
});
const write = defineStep("write", { input: z.object({}), output: Script, timeout: "10 seconds" });
const read = defineStep("read", {
  input: Script,
  output: z.object({ bytes: z.number() }),
  timeout: "10 seconds",
});
const script = {
  title: "Tides",
  text: "t".repeat(3_000_000),
  scenes: Array.from({ length: 40 }, (_, at) => ({ kind: `kind ${at}`, text: `${at}`.repeat(10_000) })),
};

let harness: ReturnType<typeof workHarness>;
beforeEach(() => {
  harness = workHarness();
});
const outputs = () => harness.machines.answers.map(({ output }) => JSON.parse(output!));

describe("between two steps", () => {
  test("a value of any size is passed; the parts that the state machine reads are there", async () => {
    await harness.deliver({ input: {}, reads: ["title", "scenes[].kind"] }, () => script, write);
    const [travels] = outputs();
    expect(JSON.stringify(travels).length).toBeLessThan(32 * 1024);
    expect(travels).toMatchObject({ title: "Tides", scenes: script.scenes.map(({ kind }) => ({ kind })) });
    expect(isReference(travels.text)).toBe(true);
    let got: unknown;
    const code = (input: unknown) => {
      got = input;
      return { bytes: 1 };
    };
    await harness.deliver({ input: travels, path: "read", taskToken: "t2" }, code, read);
    expect(got).toEqual(script);
  });

  test("the same value is in the bucket once", async () => {
    for (const taskToken of ["t1", "t2"]) {
      await harness.deliver({ input: {}, reads: ["title"], path: taskToken, taskToken }, () => script, write);
    }
    expect(harness.bucket.files.size).toBe(2); // The text, and the list of scenes.
  });

  test("values in a list of results are smaller", async () => {
    const small = { title: "t", text: "x".repeat(2_000), scenes: [] };
    await harness.deliver({ input: {}, reads: [], path: "write" }, () => small, write);
    await harness.deliver({ input: {}, reads: [], path: "write[3]", taskToken: "t2" }, () => small, write);
    expect(outputs().map(({ text }) => isReference(text))).toEqual([false, true]);
  });

  test("a stored result of an earlier epoch gets its share of the list too", async () => {
    const small = { title: "t", text: "x".repeat(500), scenes: [] };
    await harness.deliver({ input: {}, reads: [], path: "write[3]" }, () => small, write);
    harness.change({ epoch: 2 });
    const second = { run: { ...first.run, epoch: 2 }, taskToken: "t2" };
    await harness.deliver(
      { ...second, input: {}, reads: [], path: "write[3]", resultLimit: 200 },
      never,
      write,
    );
    const [stored, shared] = outputs();
    expect(stored).toEqual(small);
    expect(JSON.stringify(shared).length).toBeLessThanOrEqual(200);
    expect(await restore(shared, harness.bucket.artifacts)).toEqual(small);
  });

  test("a value that cannot be offloaded since the machine reads it is given up, with the field and the remedy", async () => {
    await harness.deliver({ input: {}, reads: ["text"] }, () => script, write);
    expect(harness.machines.answers[0]).toMatchObject({
      error: "Millrace.GiveUp",
      cause: expect.stringMatching(/ResultTooLarge.*\\"text\\" with 3000002 bytes.*context\.artifacts/s),
    });
  });

  test("a bucket that refuses counts as a lost result: retried, or asked about if that must not happen", async () => {
    harness.ports.artifacts.put = () => Promise.reject(new Error("SlowDown"));
    await harness.deliver({ input: {}, reads: [] }, () => script, write);
    await harness.deliver({ input: {}, reads: [], path: "p", taskToken: "t2" }, () => script, {
      ...write,
      onLeaseExpiry: "ask",
    });
    expect(harness.machines.answers.map(({ error }) => error)).toEqual(["Millrace.Retry", "Millrace.Ask"]);
  });
});

describe("a reference", () => {
  const reference = (uri: string, sha256 = "abc") => ({ [REFERENCE_KEY]: { uri, bytes: 3, sha256 } });
  const given = async (text: unknown) => {
    await harness.deliver({ input: { title: "", text, scenes: [] } }, never, read);
    return harness.machines.answers.at(-1);
  };

  test("to a value of another run is refused", async () => {
    const uri = await memoryArtifacts("w/other/").artifacts.put(
      "payload/abc",
      '"secret"',
      "application/json",
    );
    expect(await given(reference(uri))).toMatchObject({
      error: "Millrace.GiveUp",
      cause: expect.stringContaining("ForeignReference"),
    });
  });

  test("to a changed object is refused", async () => {
    const uri = await harness.bucket.artifacts.put("payload/abc", '"other"', "application/json");
    expect(await given(reference(uri))).toMatchObject({ cause: expect.stringContaining("DamagedPayload") });
  });

  test.each([[1], [50_000]])(
    "that a handler writes itself is a value like any other, next to %d bytes",
    async (length) => {
      const open = { ...write, output: z.record(z.string(), z.any()) };
      const written = { a: [reference("s3://x")], b: { c: reference("s3://y") }, text: "t".repeat(length) };
      await harness.deliver({ input: {}, reads: [] }, () => written, open);
      const [travels] = outputs();
      expect(JSON.stringify(travels)).not.toContain("s3://x");
      expect(await restore(travels, harness.bucket.artifacts)).toEqual(written);
    },
  );
});

test("events share the claim's item: large ones are stored in the bucket, larger ones than the bus accepts are refused", async () => {
  const ChangeEvent = { ...Charged, schema: z.object({ text: z.string() }) };
  const emitting =
    (length: number) =>
    async (_input: unknown, { emit }: any) => {
      await emit(ChangeEvent, { text: "x".repeat(length) });
      return { receipt: "ok" };
    };
  await harness.deliver({}, emitting(500_000));
  const { emitted } = harness.state.get(key) as ClaimItem;
  expect(isReference(emitted![0]!.data.text)).toBe(true);
  await harness.deliver({ path: "other", taskToken: "t2" }, emitting(1_100_000));
  expect(harness.machines.answers[1]).toMatchObject({ cause: expect.stringContaining("EventTooLarge") });
});

test.each([
  [2, false],
  [12, true],
])("of %i steps that share an answer, a result of 20 KB is stored: %s", async (count, isStored) => {
  const output = { text: "x".repeat(20_000) };
  const message = { ...first, reads: [], group: { steps: Array(count) } };
  const effect = { message, spec: { ...write, output: z.any() } };
  const { result } = await resultOfCode(output, [], effect as any, harness.ports as any);
  expect(JSON.stringify(result).includes(REFERENCE_KEY)).toBe(isStored);
});

test("an event that is as large as the bus accepts is stored", async () => {
  const Large = { ...Charged, schema: z.object({ text: z.string() }) };
  const text = "x".repeat(1_000_000 - JSON.stringify({ text: "" }).length);
  await harness.deliver({}, async (_input: unknown, { emit }: any) => {
    await emit(Large, { text });
    return { receipt: "ok" };
  });
  expect((harness.state.get(key) as ClaimItem).emitted).toHaveLength(1);
});

test("the input that an undo needs is kept small next to the result", async () => {
  await harness.deliver({ input: { cents: 1, note: "n".repeat(200_000) }, undo: "refund" }, succeeds());
  const claim = harness.state.get(claimKey(RUN, 1, "charge")) as ClaimItem;
  expect(claim.undo).toMatchObject({ step: "refund", input: { cents: 1 } });
  expect(JSON.stringify(claim.undo).length).toBeLessThan(1_000);
});

test("for any value and any read paths, offloaded parts are restored, and read parts stay", async () => {
  const value = {
    a: "x".repeat(600),
    b: { c: ["y".repeat(600), { d: "z".repeat(600) }], e: [1, 2, 3] },
    f: Array.from({ length: 300 }, (_, at) => at),
  };
  for (const reads of [[], ["a"], ["b.c"], ["b.c[]"], ["b.c[].d"], ["b.c.d"], ["f", "b"], [""]]) {
    const { artifacts } = memoryArtifacts();
    const moved = (await offload(value, { what: "It", reads, above: 0, most: 10_000 }, artifacts)) as any;
    expect(await restore(moved, artifacts)).toEqual(value);
    expect(typeof moved.a === "string").toBe(reads.includes("a") || reads.includes(""));
    if (reads.some((path) => path.startsWith("b.c"))) expect(Array.isArray(moved.b.c)).toBe(true);
    if (reads.some((path) => path.endsWith("d"))) expect(moved.b.c[1].d).toBe("z".repeat(600));
  }
});
