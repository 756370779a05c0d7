import { expect, test } from "vitest";
import * as z from "zod";
import {
  defineBreaker,
  defineEvent,
  defineReaction,
  defineStep,
  defineWorkflow,
  upcast,
} from "../../lib/index.ts";
import { describeSystem } from "../../lib/workflow/describe-system.ts";
import { definitionVersion } from "../../lib/workflow/version.ts";

const Older = defineEvent("film.wanted", { version: 1, schema: z.object({ title: z.string() }) });
const Wanted = defineEvent("film.wanted", {
  version: 2,
  schema: z.object({ name: z.string() }).describe("Someone wants a film"),
  earlier: upcast(Older, ({ title }) => ({ name: title })),
});
const Paid = defineEvent("film.paid", {
  version: 1,
  schema: z.object({ id: z.string() }),
  key: ({ id }) => id,
});
const Made = defineEvent("film.made", { version: 1, schema: z.object({ id: z.string() }) });
const model = defineBreaker("model");
const make = defineStep("make", {
  input: z.object({}),
  output: z.object({}),
  timeout: "1 minute",
  breaker: model,
  emits: [Made],
});
const trailer = defineWorkflow("trailer", { on: Paid, run: (w) => w.step(make, {}) });
const film = defineWorkflow("film", {
  on: Wanted,
  deadline: "2 days",
  delivery: { within: "10 minutes" },
  run: (w, { name }) => {
    const paid = w.waitFor(Paid, { key: name });
    w.child(trailer, { id: paid.id });
    w.step(make, {});
  },
});
const announce = defineReaction("announce-people", { on: Made, timeout: "10 seconds", breaker: model });

test("an app is described by its events and workflows, with every version of each contract", () => {
  const system = describeSystem("Films", [film, trailer], [announce]);
  expect(system.name).toBe("Films");
  expect(system.workflows[0]).toEqual({
    name: "film",
    version: definitionVersion(film),
    on: ["film.wanted"],
    awaits: ["film.paid"],
    deadline: "2 days",
    within: "10 minutes",
    steps: ["make"],
    calls: ["trailer"],
  });
  expect(system.steps).toEqual([{ name: "make", emits: ["film.made"], breaker: "model" }]);
  expect(system.reactions).toMatchObject([{ name: "announce-people", on: ["film.made"], breaker: "model" }]);
  expect(system.events.map(({ name }) => name)).toEqual(["film.made", "film.paid", "film.wanted"]);
  expect(system.events[0]).toMatchObject({ publishers: ["make"], subscribers: ["announce-people"] });
  const { contracts, ...wanted } = system.events[2]!;
  expect(wanted).toMatchObject({
    description: "Someone wants a film",
    publishers: [],
    subscribers: ["film"],
  });
  expect(contracts.map(({ version }) => version)).toEqual([2, 1]);
  expect(contracts[1]!.schema).toMatchObject({ properties: { title: { type: "string" } } });
  expect(system.events[1]!.subscribers).toEqual(["film", "trailer"]);
});

test("it is plain data", () => {
  const system = describeSystem("Films", [film, trailer], [announce]);
  expect(JSON.parse(JSON.stringify(system))).toEqual(system);
});
