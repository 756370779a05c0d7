import { expect, test } from "vitest";
import * as z from "zod";
import { prepareCases } from "../../bin/evaluation/prepare.ts";
import { casesIn } from "../../lib/evaluation/case.ts";
import { defineEvaluation } from "../../lib/evaluation/evaluation.ts";
import { scorer } from "../../lib/evaluation/scorers.ts";
import { defineEvent, defineStep, defineWorkflow } from "../../lib/index.ts";

const always = scorer("always", () => 1);
const schema = z.object({ id: z.string(), text: z.string() });
const Noted = defineEvent("note.taken", { version: 1, schema });
const Named = defineEvent("note.named", { version: 1, schema, identity: ({ id }) => id });
const read = defineStep("read", { input: schema, output: schema, timeout: "1 minute" });
const workflow = (on: typeof Noted | typeof Named) =>
  defineWorkflow("keep-note", { on, run: (w, note) => w.step(read, note) });
const noted = defineEvaluation("notes", { workflow: workflow(Noted), cases: "c", scorers: [always] });
const line = (value: object) => JSON.stringify(value);

test("a case without an id has one that depends on its input alone", () => {
  const [one, other] = casesIn(`${line({ input: { b: 1, a: 2 } })}\n\n${line({ input: { a: 3 } })}\n`, "set");
  const [again] = casesIn(line({ input: { a: 2, b: 1 }, expected: 1, labels: ["x"] }), "set");
  expect(one!.id).toBe(again!.id);
  expect(other!.id).not.toBe(one!.id);
  expect(again).toMatchObject({ expected: 1, labels: ["x"] });
});

test.each([
  ["{", "set:1: the line is not JSON: "],
  ["[]", "set:1: the line is not a JSON object."],
  ['{"input":1}', 'set:1: "input" must be an object'],
  ['{"input":{},"expect":1}', 'set:1: the field "expect" is not known.'],
  ['{"input":{},"labels":"a"}', 'set:1: "labels" must be a list of texts'],
  ['{"input":{},"id":""}', 'set:1: "id" must be a text'],
  ['{"id":"a","input":{}}\n{"id":"a","input":{"b":1}}', 'set:2: the case "a" is already in line 1.'],
  ["\n", "set has no cases."],
])("a set with %s is refused with its line", (text, message) => {
  expect(() => casesIn(text, "set")).toThrow(message);
});

test("a case is one run in an experiment, and another one in the next", async () => {
  const [one] = casesIn(line({ id: "a", input: { id: "n", text: "t" } }), "set");
  const prepare = async (experiment: string) => (await prepareCases(noted, [one!], experiment))[0]!;
  const first = await prepare("one");
  expect(await prepare("one")).toEqual(first);
  const second = await prepare("two");
  expect(second.run).not.toBe(first.run);
  expect(second.digest).toBe(first.digest);
});

test("another input of a case is another run", async () => {
  const prepare = async (text: string) => {
    const cases = casesIn(line({ id: "a", input: { id: "n", text } }), "set");
    return (await prepareCases(noted, cases, "one"))[0]!;
  };
  const [first, second] = [await prepare("t"), await prepare("u")];
  expect(second.run).not.toBe(first.run);
  expect(second.digest).not.toBe(first.digest);
});

test("all inputs that break the contract are named, and nothing is prepared", async () => {
  const cases = casesIn(
    [
      { id: "a", input: { id: 1, text: "t" } },
      { id: "b", input: { id: "x", text: "t" } },
      { id: "c", input: {} },
    ]
      .map(line)
      .join("\n"),
    "set",
  );
  await expect(prepareCases(noted, cases, "one")).rejects.toThrow(
    /^2 of 3 inputs break the contract of note\.taken \(version 1\)\. Nothing was sent\.\n {2}case "a": id: .*\n {2}case "c": id: /,
  );
});

test("an event with an identity needs a key, which must reach the identity", async () => {
  const named = workflow(Named);
  expect(() => defineEvaluation("notes", { workflow: named, cases: "c", scorers: [always] })).toThrow(
    'the event note.named has an identity, so a case would start no run in a second experiment. Add "key"',
  );
  const cases = casesIn(
    [
      { id: "a", input: { id: "x", text: "t" } },
      { id: "b", input: { id: "x", text: "u" } },
    ]
      .map(line)
      .join("\n"),
    "set",
  );
  const wrong = defineEvaluation("notes", {
    workflow: named,
    cases: "c",
    scorers: [always],
    key: (note, key) => ({ ...note, text: key }),
  });
  await expect(prepareCases(wrong, cases, "one")).rejects.toThrow(
    'The cases "a" and "b" of evaluation "notes" would be one run',
  );
  const right = defineEvaluation("notes", {
    workflow: named,
    cases: "c",
    scorers: [always],
    key: (note, key) => ({ ...note, id: key }),
  });
  expect(new Set((await prepareCases(right, cases, "one")).map(({ run }) => run)).size).toBe(2);
});

test("definitions that cannot be evaluated are refused", () => {
  const options = { workflow: workflow(Noted), cases: "c", scorers: [always] };
  expect(() => defineEvaluation("Notes", options)).toThrow('The evaluation name "Notes"');
  expect(() => defineEvaluation("notes", { ...options, scorers: [] })).toThrow("has no scorers");
  expect(() => defineEvaluation("notes", { ...options, scorers: [always, always] })).toThrow(
    'has two scorers "always"',
  );
  expect(() => defineEvaluation("notes", { ...options, concurrency: 0 })).toThrow("concurrency is 0");
  const both = defineWorkflow("both", { on: [Noted, Named], run: (w, note) => w.step(read, note) });
  expect(() => defineEvaluation("notes", { ...options, workflow: both })).toThrow('Name one as "event"');
});
