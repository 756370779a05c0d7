import { expect, test } from "vitest";
import * as z from "zod";
import { DefinitionError } from "../../lib/contract/definition-error.ts";
import { defineEvent, upcast } from "../../lib/contract/event.ts";
import { definePool } from "../../lib/contract/pool.ts";
import { RESERVED_EVENTS } from "../../lib/contract/reserved.ts";
import { defineStep } from "../../lib/contract/step.ts";

const schema = z.object({ id: z.string() });
const minimal = { input: schema, output: schema, timeout: "1 minute" } as const;

test("an event has the options of its declaration", () => {
  const identity = (data: { id: string }) => data.id;
  const key = (data: { id: string }) => data.id;
  const earlier = upcast(defineEvent("order.placed", { version: 1, schema }), (old) => old);
  expect(defineEvent("order.placed", { version: 2, schema, identity, key, earlier })).toEqual({
    name: "order.placed",
    version: 2,
    schema,
    identity,
    key,
    earlier,
    compatibility: "backward",
  });
  expect(defineEvent("order.line-added.late", { version: 1, schema, identity: "content" }).identity).toBe(
    "content",
  );
  expect(defineEvent("order.placed", { version: 1, schema }).identity).toBeUndefined();
});

test.each([
  "order",
  "Order.placed",
  "order..placed",
  "order.placed.",
  ".order",
  "order placed",
  "order.2nd",
  "order.plä",
  "",
])('an event may not be named "%s"', (name) => {
  expect(() => defineEvent(name, { version: 1, schema })).toThrow(
    `The event name "${name}" is not valid. Use lower-case words separated by dots, as in "video.requested".`,
  );
});

test.each(RESERVED_EVENTS)("%s is reserved for Millrace", (name) => {
  expect(() => defineEvent(name, { version: 1, schema })).toThrow(
    `The event name "${name}" is reserved for Millrace.`,
  );
});

test.each([0, -1, 1.5, Number.NaN])("an event has no version %d", (version) => {
  expect(() => defineEvent("order.placed", { version, schema })).toThrow(
    "A version must be a whole number of 1 or more.",
  );
});

test.each([
  [{ timeout: undefined }, 'The timeout of step "draw" is missing. Use a number above 0 and a unit, as in'],
  [{ timeout: "2 hrs" }, 'The timeout of step "draw", "2 hrs", is not a duration. Use a number above 0'],
  [
    { retry: { attempts: 3 } },
    'The retry.backoff of step "draw" is missing. Use a number above 0 and a unit',
  ],
  [
    { retry: { attempts: 3, backoff: "1 second", maxDelay: "soon" } },
    'The retry.maxDelay of step "draw", "soon"',
  ],
])("a duration of a step is named where it is wrong: %o", (options, says) => {
  expect(() => defineStep("draw", { ...minimal, ...options } as never)).toThrow(says);
});

test("a step has all options, with the defaults filled in", () => {
  expect(defineStep("draw", minimal)).toEqual({
    name: "draw",
    ...minimal,
    retry: { attempts: 3, backoff: "2 seconds" },
    concurrency: 10,
    batch: 1,
    memory: 512,
    onLeaseExpiry: "retry",
    emits: [],
    tools: [],
    artifacts: undefined,
  });
});

test.each([
  ["says no more", {}, { batch: 5, concurrency: 50 }],
  ["wants a process for each attempt", { batch: 1 }, { batch: 1, concurrency: 10 }],
  ["takes more of them", { batch: 10, concurrency: 20 }, { batch: 10, concurrency: 20 }],
  ["may take long", { timeout: "31 seconds" }, { batch: 1, concurrency: 10 }],
  ["limits its concurrency", { concurrency: 20 }, { batch: 1, concurrency: 20 }],
  ["needs memory", { memory: 1024 }, { batch: 1, concurrency: 10 }],
  ["works with files", { artifacts: "write" }, { batch: 1 }],
  ["has a shared folder", { shared: { folder: "a", access: "read" } }, { batch: 1 }],
  ["must not be in doubt", { onLeaseExpiry: "ask" }, { batch: 1 }],
] as const)("a quick step that %s: attempts of an invocation and at once", (_what, options, expected) => {
  expect(defineStep("draw", { ...minimal, timeout: "30 seconds", ...(options as object) })).toMatchObject(
    expected,
  );
});

test("a step is repeatable only if it says so", () => {
  expect(defineStep("draw", { ...minimal, repeatable: true }).repeatable).toBe(true);
  expect(defineStep("draw", { ...minimal, repeatable: true, pool: definePool("p") }).repeatable).toBe(true);
  expect(defineStep("draw", { ...minimal, repeatable: false })).toEqual(defineStep("draw", minimal));
});

test.each([
  [{ onLeaseExpiry: "ask" }, 'onLeaseExpiry is "ask"'],
  [{ emits: [defineEvent("a.b", { version: 1, schema: z.object({}) })] }, "it emits a.b"],
] as const)("a step whose effect must not happen twice is not repeatable: %o", (options, problem) => {
  const declared = () => defineStep("draw", { ...minimal, repeatable: true, ...(options as object) });
  expect(declared).toThrow(`Step "draw": repeatable is true, and ${problem}`);
});

test.each([
  [{ batch: 0 }, "batch is 0"],
  [{ batch: 101 }, "batch is 101"],
  [{ batch: 1.5 }, "batch is 1.5"],
  [{ batch: 4, concurrency: 7 }, "batch is 4"],
])("a batch that a step cannot have is refused: %o", (options, problem) => {
  expect(() => defineStep("draw", { ...minimal, ...options })).toThrow(`Step "draw": ${problem}; it must be`);
});

test.each<[string, object, string]>([
  ["a long timeout", { timeout: "15 minutes" }, "timeout is 15 minutes; at most 14 minutes"],
  [
    "no attempt",
    { retry: { attempts: 0, backoff: "1 second" } },
    "retry.attempts is 0; a whole number from 1 to 1000",
  ],
  [
    "shrinking pauses",
    { retry: { attempts: 2, backoff: "1 second", rate: 0.5 } },
    "retry.rate is 0.5; at least 1",
  ],
  [
    "a limit below the first pause",
    { retry: { attempts: 2, backoff: "10 seconds", maxDelay: "5 seconds" } },
    "retry.maxDelay is 5 seconds; at least the backoff",
  ],
  ["one at a time", { concurrency: 1 }, "concurrency is 1; a whole number from 2 to 1000, as SQS allows"],
  ["little memory", { memory: 64 }, "memory is 64; whole megabytes from 128 to 10240"],
])("a step with %s is refused", (_what, options, rule) => {
  expect(() => defineStep("draw", { ...minimal, ...options })).toThrow(
    new DefinitionError(`Step "draw": ${rule}.`),
  );
});

test("all errors of a step are reported together", () => {
  expect(() => defineStep("Draw it", { ...minimal, memory: 1, concurrency: 0 })).toThrow(
    /^Step "Draw it": A name has up to 48 .*\. concurrency is 0; .*\. memory is 1; .*\.$/,
  );
});

test("declaring computes no JSON Schema: a Lambda declares at every cold start", () => {
  const untouched: any = {
    "~standard": {
      version: 1,
      vendor: "homemade",
      validate: (value: unknown) => ({ value }),
      get jsonSchema() {
        throw new Error("was asked for");
      },
    },
  };
  expect(() => defineStep("draw", { ...minimal, input: untouched, output: untouched })).not.toThrow();
  expect(() => defineEvent("order.placed", { version: 1, schema: untouched })).not.toThrow();
});
