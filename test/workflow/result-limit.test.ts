import { expect, test } from "vitest";
import * as z from "zod";
import { restore } from "../../lambdas/runtime/payload/restore.ts";
import { resultOfCode } from "../../lambdas/runtime/work/result.ts";
import { isReference } from "../../lib/contract/payload.ts";
import { defineEvent, defineStep, defineWorkflow, gt } from "../../lib/index.ts";
import { memoryArtifacts } from "../runtime/memory/memory-work.ts";
import { runWorkflow } from "./engine.ts";
import { execute, order, type Run } from "./execute.ts";
import { machineOf, textStep } from "./sample.ts";

const COUNT = 600;
const Page = z.object({ url: z.string(), words: z.number(), text: z.string() });
const Listed = defineEvent("pages.listed", {
  version: 1,
  schema: z.object({ pages: z.array(z.string()) }),
});
const read = defineStep("read", {
  input: z.string(),
  output: Page,
  timeout: "1 minute",
  retry: { attempts: 1, backoff: "1 second" },
});
const bind = defineStep("bind", {
  input: z.object({ pages: z.array(Page) }),
  output: z.object({ pages: z.number() }),
  timeout: "1 minute",
  retry: { attempts: 1, backoff: "1 second" },
});
const pages = Array.from({ length: COUNT }, (_, at) => `page ${at}`);
const pageOf = (url: string) => ({ url, words: 80, text: "w".repeat(500) });

/** Runs a workflow over all pages; the results of `read` are made to fit as the worker does. */
async function readAll(workflow: Parameters<typeof runWorkflow>[0]) {
  const bucket = memoryArtifacts();
  const limits = new Set<number>();
  const sizing = await runWorkflow(workflow, { pages }, ({ step, resultLimit }) => {
    if (step === "read") limits.add(resultLimit);
    return undefined;
  });
  const fitted = new Map<string, unknown>();
  for (const message of sizing.messages) {
    const kept = await resultOfCode(
      pageOf(message.input),
      [],
      { message, spec: read } as never,
      { artifacts: bucket.artifacts } as never,
    );
    fitted.set(message.path, kept.result);
  }
  // An inline Map sends 40 messages until one is answered: the others are of the same kind.
  const one = sizing.messages[0]!;
  for (const [at, url] of pages.entries()) {
    const message = { ...one, path: `read[${at}]` };
    const kept = await resultOfCode(
      pageOf(url),
      [],
      { message, spec: read } as never,
      { artifacts: bucket.artifacts } as never,
    );
    fitted.set(`read[${at}]`, kept.result);
  }
  const outcome = await runWorkflow(workflow, { pages }, (message) =>
    message.step === "read" ? { result: fitted.get(message.path) } : { result: { pages: COUNT } },
  );
  return { ...outcome, bucket, limits: [...limits] };
}

test("600 results of 500 bytes reach the next step, by reference, and the run succeeds", async () => {
  const workflow = defineWorkflow("book", {
    on: Listed,
    deadline: "1 hour",
    run: (w, { pages: all }) => w.step(bind, { pages: w.each(all, read) }),
  });
  const { status, error, cause, messages, bucket, limits } = await readAll(workflow);
  expect({ status, error, cause }).toMatchObject({ status: "SUCCEEDED" });
  expect(limits).toEqual([Math.floor((160 * 1024) / COUNT)]);
  const input = messages.find(({ step }) => step === "bind").input;
  expect(Buffer.byteLength(JSON.stringify(input))).toBeLessThan(160 * 1024);
  expect(await restore(input, bucket.artifacts)).toEqual({ pages: pages.map(pageOf) });
});

test("the parts of each item that are read stay, and the object that contains them", async () => {
  const machine = machineOf((w, event) => {
    const texts = w.each(event.lines, (line) => w.step(textStep("draft"), { text: line }).text, {
      as: "lines",
    });
    w.step(textStep("finish"), { texts });
  });
  const body = (machine.States.lines as any).ItemProcessor.States.draft.Arguments.MessageBody;
  expect(body).toMatchObject({ reads: ["{}"], resultLimit: "{% $states.input.limit %}" });
});

test("an object that the state machine does not read is offloaded as a whole", async () => {
  const { artifacts } = memoryArtifacts();
  const value = { a: { b: "x".repeat(300), c: 1 }, d: 2 };
  const store = (reads: string[]) => resultOf(reads, value);
  async function resultOf(reads: string[], output: unknown) {
    const message = { path: "p[0]", reads, resultLimit: 250, input: null };
    const spec = { output: z.any() };
    return (await resultOfCode(output, [], { message, spec } as never, { artifacts } as never)).result as any;
  }
  expect(isReference(await store([]))).toBe(true);
  expect(await store(["{}"])).toMatchObject({ d: 2, a: { "millrace:ref": { sha256: expect.any(String) } } });
  expect(await store(["a.{}"])).toMatchObject({ d: 2, a: { c: 1, b: { "millrace:ref": {} } } });
  await expect(store(["a.b"])).rejects.toThrow(/for one item of this list is 250/);
});

test("nested lists divide the share of an outer item", async () => {
  const limits: Record<string, number> = {};
  const run: Run = (w, event) => ({
    all: w.each(
      event.shelves,
      (shelf) => w.each(shelf.boxes, (box) => w.step(textStep("draft"), { text: box }), { as: "boxes" }),
      { as: "shelves" },
    ),
  });
  await execute(
    run,
    {
      draft: ({ path, resultLimit }) => {
        limits[path] = resultLimit;
        return { result: { text: "" } };
      },
    },
    order,
  );
  expect(limits).toEqual({
    "shelves[0]/boxes[0]/draft": 40_960,
    "shelves[0]/boxes[1]/draft": 40_960,
    "shelves[1]/boxes[0]/draft": 81_920,
  });
});

test("a result that the list does not contain has no limit", async () => {
  const limits: Record<string, unknown> = {};
  await execute(
    (w, event) => {
      const printed = w.each(
        event.lines,
        (line) => {
          const score = w.step(textStep("draft"), { text: line });
          const text = w.step(textStep("use"), { text: score.text });
          w.when(gt(score.text, "m"), () => w.step(textStep("other"), {}));
          return text;
        },
        { as: "lines" },
      );
      w.step(textStep("finish"), { any: printed });
    },
    Object.fromEntries(
      ["draft", "use", "other"].map((step) => [
        step,
        (message: any) => {
          limits[step] = message.resultLimit;
          return { result: { text: "z" } };
        },
      ]),
    ),
  );
  expect(limits).toEqual({ draft: undefined, use: 81_920, other: undefined });
});

test("a run of another workflow for each item gets its share too", async () => {
  const other = defineWorkflow("other", {
    on: Listed,
    deadline: "1 hour",
    run: (w, event) => w.step(bind, { pages: w.each(event.pages, read) }),
  });
  const asked: any[] = [];
  await runWorkflow(
    defineWorkflow("callers", {
      on: Listed,
      deadline: "1 hour",
      run: (w, { pages: all }) => ({
        counts: w.each(all, () => w.child(other, { pages: [] }).pages, { as: "all", most: 200 }),
      }),
    }),
    { pages: pages.slice(0, 160) },
    (message) => {
      asked.push(message);
      return { result: { pages: 1 } };
    },
  );
  expect(asked).toHaveLength(160);
  expect(asked[0]).toMatchObject({ kind: "child", resultLimit: 1024, reads: ["{}"] });
});
