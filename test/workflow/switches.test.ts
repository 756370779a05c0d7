import { expect, expectTypeOf, test } from "vitest";
import * as z from "zod";
import { compile, defineEvent, defineStep, defineWorkflow, eq, type Ref } from "../../lib/index.ts";
import { SYMBOLIC } from "../../lib/workflow/bindings.ts";
import { settingsOf } from "../../lib/workflow/settings.ts";

const Wanted = defineEvent("film.wanted", { version: 1, schema: z.object({ topic: z.string() }) });
const draw = defineStep("draw", {
  input: z.object({ fast: z.boolean() }),
  output: z.string(),
  timeout: "1 minute",
});

const film = defineWorkflow("film", {
  on: Wanted,
  switches: { fastPath: false, model: ["small", "large"] },
  run: (w, _film, switches) => {
    const { fastPath, model } = switches;
    expectTypeOf(fastPath).toEqualTypeOf<Ref<boolean>>();
    expectTypeOf(model).toEqualTypeOf<Ref<"small" | "large">>();
    // @ts-expect-error: it is not declared.
    expect(() => switches.slowPath).toThrow("slowPath");
    return w.when(eq(model, "large"), () => w.step(draw, { fast: fastPath }));
  },
});

test("a workflow reads what its run has recorded, or the default of a switch that came later", () => {
  const text = JSON.stringify(compile(film, SYMBOLIC));
  const recorded =
    "$merge([{'fastPath': false, 'model': 'small'}, $states.context.Execution.Input.run.switches])";
  expect(text).toContain(`"fast":"{% ${recorded}.fastPath %}"`);
  expect(text).toContain(`${recorded}.model = 'large'`);
});

test("each switch is a setting of new runs", () => {
  expect(settingsOf(film).filter(({ name }) => name.startsWith("switches."))).toMatchObject([
    { name: "switches.fastPath", default: false, range: { type: "switch" }, affects: "new runs" },
    { name: "switches.model", default: "small", range: { type: "choice", of: ["small", "large"] } },
  ]);
});

test.each([
  ["a.b", true],
  ["1st", true],
  ["model", ["one"]],
  ["model", ["one", "one"]],
])("a switch %s: %j is refused with the rule", (name, own) => {
  const define = () =>
    defineWorkflow("film", {
      on: Wanted,
      switches: { [name]: own } as never,
      run: (w) => w.step(draw, { fast: true }),
    });
  expect(define).toThrow(`Workflow "film": the switch "${name}"`);
});

test.each<[object, string]>([
  [
    { "perKey.stars": { most: 5 } },
    'limits the setting "perKey.stars", which it does not have. Its settings: perKey.starts',
  ],
  [{ "perKey.strats": "fixed" }, 'limits the setting "perKey.strats"'],
  [{ "perKey.starts": { most: 5 } }, 'its own value of "perKey.starts" 10 is not accepted'],
])("limits that a workflow cannot have are refused: %j", (settings, reason) => {
  const workflow = defineWorkflow("film", {
    on: Wanted,
    perKey: { starts: 10, per: "1 minute", key: () => "all" },
    settings: settings as never,
    run: (w) => w.step(draw, { fast: true }),
  });
  expect(() => settingsOf(workflow)).toThrow(reason);
});

test("limits narrow a setting, or exclude it", () => {
  const workflow = defineWorkflow("film", {
    on: Wanted,
    perKey: { starts: 10, per: "1 minute", key: () => "all" },
    settings: { "perKey.starts": { most: 50 }, "perKey.per": "fixed", "steps.draw.retry.attempts": "fixed" },
    run: (w) => w.step(draw, { fast: true }),
  });
  expect(settingsOf(workflow).map(({ name, range }) => [name, "most" in range && range.most])).toEqual([
    ["perKey.starts", 50],
    ["deadline", "30 days"],
    ["mostHops", 1_000],
  ]);
});

test("the state machine allows the largest number of attempts that the setting may have", () => {
  const patient = { ...draw, retry: { attempts: 2, most: 6, backoff: "1 second" as const } };
  const workflow = defineWorkflow("film", { on: Wanted, run: (w) => w.step(patient, { fast: true }) });
  expect(JSON.stringify(compile(workflow, SYMBOLIC))).toContain('"MaxAttempts":5');
});
