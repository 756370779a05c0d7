import { describe, expect, test } from "vitest";
import * as z from "zod";
import { admit } from "../../lambdas/runtime/intake/admit.ts";
import { react } from "../../lambdas/runtime/reactions/react.ts";
import { receive } from "../../lambdas/runtime/wait/receive.ts";
import { defineEvent } from "../../lib/contract/event.ts";
import { defineReaction } from "../../lib/contract/reaction.ts";
import type { QuarantineItem } from "../../lib/contract/table.ts";
import { memory, memoryExecutions, memoryObservation, noArtifacts } from "./memory/memory.ts";
import { memoryKeyQueues } from "./memory/memory-key-queues.ts";
import { BEGAN, never, reactionHarness } from "./reactions/reaction-harness.ts";

const Folder = z.object({
  name: z.string(),
  get folders() {
    return z.array(Folder).optional();
  },
});
const Placed = defineEvent("order.placed", {
  version: 1,
  schema: z.object({
    order: z.string().max(2_000),
    amount: z.number().default(1),
    root: Folder.optional(),
  }),
  identity: ({ order }) => order,
  key: ({ order }) => order,
});

const NOW = BEGAN;

function text(detail: string, event: object = {}): string {
  const around = {
    version: "0",
    id: "e1",
    "detail-type": "order.placed",
    source: "shop",
    time: "2026-11-21T09:59:59Z",
    ...event,
  };
  return `${JSON.stringify(around).slice(0, -1)},"detail":${detail}}`;
}
const sent = (detail: unknown, event?: object) => text(JSON.stringify(detail), event);
const saying = (millrace: unknown) => sent({ order: "o1", millrace });
const nested = (depth: number, open: string, close: string) => open.repeat(depth) + close.repeat(depth);

/** Where events come in. Each answers what it quarantined, and throws where it did something else with the event. */
const entrances: Record<string, (body: string) => Promise<QuarantineItem>> = {
  async intake(body) {
    const state = memory(() => NOW);
    const machines = memoryExecutions();
    const spec = {
      workflow: "ship",
      on: [Placed],
      version: "v",
      retentionDays: 90,
      mostHops: 32,
      reads: ["order"],
    };
    const outcome = await admit(body, spec, {
      ...state,
      ...memoryObservation(),
      ...memoryKeyQueues(),
      executions: machines.executions,
      admissions: { open: async () => true, settings: async () => undefined },
      artifacts: () => noArtifacts,
      now: () => NOW,
    });
    expect(outcome.kind).toBe("quarantined");
    expect(machines.started).toEqual([]);
    return state.kept()[0]!;
  },
  async reaction(body) {
    const harness = reactionHarness();
    const bill = defineReaction("bill", { on: Placed, timeout: "10 seconds" });
    const invocation = { id: "i", deadline: NOW + 30_000 };
    const outcome = await react({ body, sent: NOW }, bill, never, invocation, harness.ports);
    expect(outcome.kind).toBe("quarantined");
    return harness.state.kept()[0]!;
  },
};

const cases: [string, string, Partial<QuarantineItem>, string][] = [
  ["text that is no JSON", "{", { reason: "not-an-event" }, "not an event"],
  ["nothing", "", { reason: "not-an-event" }, "not an event"],
  ["JSON that is no event", "[1]", { reason: "not-an-event" }, "not an event"],
  [
    "an event without an id",
    sent({ order: "o1" }, { id: undefined }),
    { reason: "not-an-event" },
    "not an event",
  ],
  [
    "bytes that are no UTF-8",
    text(`{"order":"${Buffer.from([0x6f, 0xff]).toString("utf8")}`),
    { reason: "not-an-event" },
    "not an event",
  ],

  ["a detail that is a text", sent("o1"), { reason: "contract" }, "must be an object"],
  ["a detail that is a list", sent([{ order: "o1" }]), { reason: "contract" }, "must be an object"],
  ["no detail", text("null"), { reason: "contract" }, "must be an object"],

  ["a missing field", sent({}), { reason: "contract" }, "expected string"],
  ["a wrong type", sent({ order: 7 }), { reason: "contract" }, "expected string"],
  [
    "a wrong type deep inside",
    sent({ order: "o1", root: { name: "a", folders: [{ name: 1 }] } }),
    { reason: "contract" },
    "expected string",
  ],
  ["a field that is too large", sent({ order: "x".repeat(900_000) }), { reason: "contract" }, "Too big"],
  [
    "a number that JSON cannot say",
    text('{"order":"o1","amount":1e999}'),
    { reason: "contract" },
    "expected number",
  ],

  [
    "an unknown version",
    saying({ version: 7 }),
    { reason: "unknown-version" },
    "supports order.placed version 1",
  ],
  [
    "an unknown event",
    sent({ order: "o1" }, { "detail-type": "order.unheard-of" }),
    { reason: "unknown-version" },
    "supports order.placed version 1",
  ],
  [
    "the name of a member of every object",
    sent({ order: "o1" }, { "detail-type": "constructor" }),
    { reason: "unknown-version" },
    "supports order.placed",
  ],

  [
    "lists nested beyond any use",
    text(`{"order":"o1","root":${nested(100_000, "[", "]")}}`),
    { reason: "contract" },
    "nested deeper than 28",
  ],
  [
    "objects nested beyond any use",
    text(`{"order":"o1","x":${nested(50_000, '{"a":', "}").replace(":}", ":1}")}}`),
    { reason: "contract" },
    "nested deeper than 28",
  ],
  ["half of a surrogate pair", text('{"order":"o\\ud800"}'), { reason: "contract" }, "surrogate pair"],
  [
    "half of a surrogate pair in a name",
    text('{"order":"o1","\\udc00":1}'),
    { reason: "contract" },
    "surrogate pair",
  ],

  [
    "metadata that is a text",
    saying("text"),
    {
      reason: "contract",
      findings: [{ path: "millrace", message: "This must be an object.", value: '"text"' }],
    },
    "",
  ],
  ["metadata that is a list", saying([]), { reason: "contract" }, "must be an object"],
  [
    "hops in words",
    saying({ hops: "many" }),
    {
      reason: "contract",
      findings: [
        { path: "millrace.hops", message: "This must be a whole number from 0 on.", value: '"many"' },
      ],
    },
    "",
  ],
  ["negative hops", saying({ hops: -1 }), { reason: "contract" }, "from 0 on"],
  ["a time of no day", saying({ time: "yesterday" }), { reason: "contract" }, "ISO 8601"],
  ["a time as a number", saying({ time: 5 }), { reason: "contract" }, "ISO 8601"],
  ["a version in words", saying({ version: "1" }), { reason: "contract" }, "from 1 on"],
  ["a version of zero", saying({ version: 0 }), { reason: "contract" }, "from 1 on"],
  ["an id that is an object", saying({ id: { $ne: 1 } }), { reason: "contract" }, "up to 256 characters"],
  ["an empty id", saying({ id: "" }), { reason: "contract" }, "up to 256 characters"],
  ["an endless id", saying({ id: "x".repeat(257) }), { reason: "contract" }, "up to 256 characters"],
  ["a subject that is a list", saying({ subject: ["a"] }), { reason: "contract" }, "must be a text"],
  [
    "a correlation that is a number",
    saying({ correlation: 5 }),
    { reason: "contract" },
    "up to 256 characters",
  ],
  ["a causation that is true", saying({ causation: true }), { reason: "contract" }, "up to 256 characters"],
  ["a traceparent that is a number", saying({ traceparent: 5 }), { reason: "contract" }, "must be a text"],
  ["a loop", saying({ hops: 33 }), { reason: "loop" }, "indicates an event loop"],
];

describe.each(Object.entries(entrances))(
  "%s is quarantined unchanged, with the place and the reason:",
  (_, enter) => {
    test.each(cases)("%s", async (_what, body, expected, message) => {
      const item = await enter(body);
      expect(item).toMatchObject({ ...expected, body });
      expect(item.findings[0]!.message).toContain(message);
      expect((await enter(body)).id).toBe(item.id);
      expect(JSON.stringify(item.findings).length).toBeLessThan(1_000);
    });
  },
);

test("runs that wait for an event are protected in the same way", async () => {
  for (const [what, body, { reason }] of cases.filter(([, , expected]) => expected.reason === "contract")) {
    const kept: QuarantineItem[] = [];
    const ports = {
      ...memoryObservation(),
      quarantine: { keep: async (item: QuarantineItem) => void kept.push(item) },
      now: () => NOW,
    };
    await receive(JSON.parse(body), body, { events: [Placed], retentionDays: 90 }, ports as never);
    expect(kept, what).toMatchObject([{ reason, body }]);
  }
});

describe("valid events that look invalid", () => {
  const accepted = async (body: string) => {
    const state = memory(() => NOW);
    const machines = memoryExecutions();
    const spec = { workflow: "ship", on: [Placed], version: "v", retentionDays: 90, mostHops: 32, reads: [] };
    const ports = { ...state, ...memoryObservation(), ...memoryKeyQueues(), executions: machines.executions };
    const outcome = await admit(body, spec, {
      ...ports,
      admissions: { open: async () => true, settings: async () => undefined },
      artifacts: () => noArtifacts,
      now: () => NOW,
    });
    expect(outcome.kind).toBe("started");
    return JSON.parse(machines.started[0]!.input).event;
  };

  test("fields that the contract does not know are left out", async () => {
    expect(await accepted(sent({ order: "o1", extra: 1 }))).toEqual({ order: "o1", amount: 1 });
  });

  test("keys that reach for prototypes change nothing", async () => {
    const body = text(
      '{"order":"o1","__proto__":{"amount":66,"hops":99},"constructor":{"prototype":{"polluted":1}},"millrace":{"__proto__":{"hops":99}}}',
    );
    expect(await accepted(body)).toEqual({ order: "o1", amount: 1 });
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  test("metadata that is null is metadata left out", async () => {
    expect(await accepted(saying({ subject: null, hops: null }))).toEqual({ order: "o1", amount: 1 });
  });

  test("a payload of a schema that contains itself", async () => {
    const root = { name: "a", folders: [{ name: "b", folders: [{ name: "c" }] }] };
    expect(await accepted(sent({ order: "o1", root }))).toMatchObject({ root });
  });

  test("text beyond the basic plane", async () => {
    expect(await accepted(sent({ order: "🎬 film" }))).toMatchObject({ order: "🎬 film" });
  });
});
