import { describe, expect, test } from "vitest";
import * as z from "zod";
import { partsOf } from "../../lambdas/runtime/list/split.ts";
import {
  compile,
  defineEvent,
  defineStep,
  defineWorkflow,
  eq,
  type Ref,
  type WorkflowBuilder,
} from "../../lib/index.ts";
import { soaking } from "../seeds.ts";
import { diagnose } from "./diagnose.ts";
import { type Reply, runWorkflow } from "./engine.ts";
import { bindings } from "./sample.ts";

const Pages = z.object({ pages: z.array(z.string()), prefix: z.string() });
const Listed = defineEvent("pages.listed", { version: 1, schema: Pages });
const retry = { attempts: 1, backoff: "1 second" } as const;
const step = <const Name extends string>(name: Name) =>
  defineStep(name, {
    input: z.object({ page: z.string(), more: z.any().optional() }),
    output: z.object({ text: z.string() }),
    timeout: "1 minute",
    retry,
  });
const read = step("read");
const mark = step("mark");
const open = defineStep("open", {
  input: z.object({}),
  output: z.object({ pages: z.array(z.string()), title: z.string() }),
  timeout: "1 minute",
  retry,
});
const bind = defineStep("bind", {
  input: z.object({ pages: z.any() }),
  output: z.object({ count: z.number() }),
  timeout: "1 minute",
  retry,
});

/** A list of more parts, of a hundred items each, than are processed at once. */
const [MANY, CONCURRENCY] = soaking ? [10_000, 1_000] : [450, 80];

type Define = (w: WorkflowBuilder, event: Ref<z.infer<typeof Pages>>) => unknown;

function book(run: Define) {
  return defineWorkflow("book", { on: Listed, deadline: "1 day", run: run as never });
}

const listOf = (count: number) => Array.from({ length: count }, (_, at) => `p${at}`);

/** Runs a definition over so many pages. A step answers with its path, unless `answers` says otherwise. */
async function go(run: Define, pages: string[], answers: (message: any) => Reply = () => undefined) {
  return await runWorkflow(book(run), { pages, prefix: "x" }, (message) => {
    const given = answers(message);
    if (given) return given;
    return message.step === "bind" ? { result: { count: 1 } } : { result: { text: message.path } };
  });
}

const readAll: Define = (w, event) => {
  const options = { as: "pages", most: 10_000, concurrency: CONCURRENCY };
  w.step(bind, { pages: w.each(event.pages, (page) => w.step(read, { page }), options) });
};

const of = (messages: any[], name: string) => messages.filter((message) => message.step === name);

test(`${MANY} items, each at its own path, and their results in order as one list`, async () => {
  const pages = listOf(MANY);
  const { status, error, cause, messages, events, whole } = await go(readAll, pages);
  expect({ status, error, cause }).toMatchObject({ status: "SUCCEEDED" });
  const paths = of(messages, "read").map(({ path }) => path);
  expect(new Set(paths).size).toBe(MANY);
  expect(of(messages, "read").every(({ path, input }) => path === `pages[${input.page.slice(1)}]/read`)).toBe(
    true,
  );
  const { pages: given } = (await whole(of(messages, "bind")[0].input)) as { pages: any[] };
  expect(given).toEqual(pages.map((_, at) => ({ text: `pages[${at}]/read` })));
  expect(events).toBeLessThan(60);
}, 120_000);

test("a list of no item gives an empty one, and asks no step", async () => {
  const { status, messages } = await go(readAll, []);
  expect(status).toBe("SUCCEEDED");
  expect(messages.map(({ step, input }) => [step, input])).toEqual([["bind", { pages: [] }]]);
});

test("a longer list fails the run before any item, and says how long it was", async () => {
  const { error, cause, messages } = await go(readAll, listOf(10_001));
  expect(error).toBe("Millrace.TooManyItems");
  expect(cause).toMatch('The list of "pages" has 10001 items, where 10000 may be.');
  expect(messages).toEqual([]);
});

test("one item's failure fails the run with its error, and items that have not begun never do", async () => {
  const { error, cause, messages } = await go(readAll, listOf(MANY), ({ path, step }) =>
    path === "pages[3]/read"
      ? { error: "Millrace.GiveUp", cause: { message: "no ink" } }
      : step === "read"
        ? { result: { text: "" }, after: 60 }
        : undefined,
  );
  expect(error).toBe("Millrace.GiveUp");
  expect(JSON.parse(cause!)).toEqual({ message: "no ink" });
  expect(of(messages, "read").length).toBeLessThanOrEqual(CONCURRENCY);
  expect(of(messages, "bind")).toEqual([]);
});

describe("of items of which some may fail", () => {
  const tolerant =
    (tolerate: number | `${number}%`): Define =>
    (w, event) => {
      const texts = w.each(event.pages, (page) => w.step(read, { page }), {
        as: "pages",
        most: 5_000,
        tolerate,
      });
      w.step(bind, { pages: texts });
    };
  const failing = (each: number) => (message: any) =>
    message.step === "read" && Number(message.input.page.slice(1)) % each === 0
      ? { error: "Millrace.GiveUp", cause: {} }
      : undefined;

  test("those that failed are null", async () => {
    const { messages, whole } = await go(tolerant("1%"), listOf(300), failing(100));
    const { pages } = (await whole(of(messages, "bind")[0].input)) as { pages: any[] };
    expect(pages).toHaveLength(300);
    expect(pages.flatMap((page, at) => (page === null ? [at] : []))).toEqual([0, 100, 200]);
  });

  test.each([2, "0.9%"] as const)("%s may fail, and three of 300 do: the run fails", async (tolerate) => {
    const { error, cause } = await go(tolerant(tolerate), listOf(300), failing(100));
    expect(error).toBe("Millrace.TooManyFailed");
    expect(cause).toBe(
      `Of the items of "pages", 3 of 300 failed, where ${tolerate} may; the first by Millrace.GiveUp`,
    );
  });
});

test("a body reads outer values: the event, an earlier step, an outer item, its index", async () => {
  const { status, error, cause, messages } = await go(
    (w, event) => {
      const opened = w.step(open, {});
      w.each(
        event.pages,
        (outer) => {
          const marked = w.step(mark, { page: outer });
          w.each(
            opened.pages,
            (page, at) => {
              const first = w.step(read, {
                page,
                more: [event.prefix, opened.title, outer, marked.text, at],
              });
              w.step(mark, { page: first.text }, { as: "after" });
            },
            { as: "inner", most: 2_000 },
          );
        },
        { as: "outer", most: 2 },
      );
    },
    ["a", "b"],
    ({ step, path }) =>
      step === "open"
        ? { result: { pages: ["k", "l"], title: "T" } }
        : step === "mark"
          ? { result: { text: `marked by ${path}` } }
          : undefined,
  );
  expect({ status, error, cause }).toMatchObject({ status: "SUCCEEDED" });
  expect(of(messages, "read").find(({ path }) => path === "outer[1]/inner[1]/read").input).toEqual({
    page: "l",
    more: ["x", "T", "b", "marked by outer[1]/mark", 1],
  });
  expect(of(messages, "mark").map(({ path }) => path)).toContain("outer[1]/inner[1]/after");
});

test("a body reads what the executions around it hold: the state and the round of a loop, and a failure", async () => {
  const { status, error, cause, messages } = await go(
    (w, event) =>
      w.repeat(
        {
          as: "again",
          state: z.object({ said: z.string() }),
          initial: { said: "first" },
          until: (state) => eq(state.said, "second"),
          most: 2,
        },
        (state, round) => {
          w.step(
            open,
            {},
            {
              fallback: (failure) => {
                w.each(
                  event.pages,
                  (page) => w.step(read, { page, more: [state.said, round, failure.error] }),
                  { as: "pages", most: 2_000 },
                );
                return { pages: [], title: "none" };
              },
            },
          );
          return { said: "second" };
        },
      ),
    ["a"],
    ({ step }) =>
      step === "open" ? { error: "Millrace.GiveUp", cause: { name: "NoInk", message: "" } } : undefined,
  );
  expect({ status, error, cause }).toMatchObject({ status: "SUCCEEDED" });
  expect(of(messages, "read").map(({ path, input }) => [path, input.more])).toEqual([
    ["again[1]/pages[0]/read", ["first", 1, "NoInk"]],
  ]);
});

test("the parts of an item that the state machine reads stay in it; the rest of a large one travels by reference", async () => {
  const Big = z.object({ rows: z.array(z.object({ id: z.string(), kind: z.string(), text: z.string() })) });
  const Arrived = defineEvent("rows.arrived", { version: 1, schema: Big });
  const take = defineStep("take", {
    input: z.object({ row: z.any(), kind: z.string() }),
    output: z.object({}),
    timeout: "1 minute",
    retry,
  });
  const rows = Array.from({ length: 7 }, (_, at) => ({ id: `${at}`, kind: "k", text: "t".repeat(30_000) }));
  const { messages, whole } = await runWorkflow(
    defineWorkflow("rows", {
      on: Arrived,
      deadline: "1 day",
      run: (w, event) => {
        w.each(event.rows, (row) => w.step(take, { row, kind: row.kind }), { as: "rows", most: 5_000 });
      },
    }),
    { rows },
    () => ({ result: {} }),
  );
  expect(messages).toHaveLength(7);
  for (const { input } of messages) {
    expect(JSON.stringify(input).length).toBeLessThan(1_000);
    expect(input.kind).toBe("k");
  }
  expect((await whole(messages[0]!.input)).row.text).toBe("t".repeat(30_000));
});

test("parts have a maximum number of items and bytes", () => {
  expect(partsOf(["a", "b", "c"], 2)).toEqual([
    { first: 0, items: ["a", "b"] },
    { first: 2, items: ["c"] },
  ]);
  const sizes = partsOf(
    Array.from({ length: 100 }, () => "x".repeat(10_000)),
    100,
  ).map(({ items }) => items.length);
  expect(sizes).toEqual([9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 1]);
});

test("the definition is one that Step Functions accepts", () => {
  expect(diagnose(compile(book(readAll), bindings))).toEqual([]);
});

test("reading the results of a large list is refused", () => {
  const define: Define = (w, event) => {
    const texts = w.each(event.pages, (page) => w.step(read, { page }), { as: "pages", most: 10_000 });
    w.each(texts, (text) => w.step(mark, { page: text.text }), { as: "again" });
  };
  expect(() => compile(book(define), bindings)).toThrow(
    /The results of "pages" are those of up to 10000 items, and the workflow looks into them/,
  );
});

test("a list of 100,001 is refused", () => {
  const define: Define = (w, event) => {
    w.each(event.pages, (page) => w.step(read, { page }), { as: "pages", most: 100_001 });
  };
  expect(() => compile(book(define), bindings)).toThrow(/from 1 to 100000/);
});

test("40 of a part at once, and as many parts as the concurrency needs", () => {
  const States = (concurrency?: number) =>
    compile(
      book((w, event) => {
        const options = { as: "pages", most: 5_000, ...(concurrency && { concurrency }) };
        w.each(event.pages, (page) => w.step(read, { page }), options);
      }),
      bindings,
    ).States as any;
  const atOnce = (concurrency?: number) => {
    const map = States(concurrency)["pages parts"];
    return [map.MaxConcurrency, map.ItemProcessor.States["pages items"].MaxConcurrency];
  };
  expect([atOnce(), atOnce(8), atOnce(100), atOnce(10_000)]).toEqual([
    [25, 40],
    [1, 8],
    [3, 40],
    [250, 40],
  ]);
});

test("a bucket that is busy is read again, and no item runs twice", async () => {
  const pages = listOf(150);
  const { status, messages } = await runWorkflow(
    book(readAll),
    { pages, prefix: "x" },
    ({ step, path }) => ({ result: step === "bind" ? { count: 1 } : { text: path } }),
    3,
  );
  expect(status).toBe("SUCCEEDED");
  expect(of(messages, "read")).toHaveLength(150);
});
