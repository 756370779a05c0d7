import { expect, test } from "vitest";
import { linesOf, requestsIn } from "../../../lambdas/runtime/api/views/written-lines.ts";
import { inputIn } from "../../../lambdas/runtime/aws/runs/sent-input.ts";
import { RUN, run, TIME } from "./fixtures.ts";
import { testApi } from "./test-api.ts";

const line = (id: string, fields: object | string) => ({
  id,
  at: Date.parse(TIME),
  text: typeof fields === "string" ? fields : JSON.stringify(fields),
});
const about = (more: object) => ({
  level: "INFO",
  timestamp: TIME,
  request: "q1",
  run: RUN,
  step: "draw",
  path: "draw",
  attempt: 1,
  ...more,
});

test("lines of a run, and output of its invocations that does not name it", () => {
  const lines = [
    line("1", about({ message: "Drawing.", sky: "blue" })),
    line("2", { level: "INFO", timestamp: TIME, requestId: "q1", message: "printed" }),
    line("3", { level: "INFO", timestamp: TIME, requestId: "other", message: "of another run" }),
    line("4", about({ message: "draw: reported", kind: "reported" })),
    line("5", { type: "platform.start", time: TIME, record: { requestId: "q1" } }),
    line("6", { _aws: {}, requestId: "q1" }),
    line("7", { type: "platform.report", time: TIME, record: { requestId: "q1", status: "timeout" } }),
    line("1", about({ message: "Drawing.", sky: "blue" })),
  ];
  expect(requestsIn(lines)).toEqual(["q1"]);
  expect(linesOf(RUN, lines)).toEqual([
    {
      id: "1",
      at: TIME,
      level: "INFO",
      message: "Drawing.",
      step: "draw",
      path: "draw",
      attempt: 1,
      fields: { sky: "blue" },
    },
    { id: "2", at: TIME, level: "INFO", message: "printed", step: "draw", path: "draw", attempt: 1 },
    {
      id: "7",
      at: TIME,
      level: "ERROR",
      message: "The invocation ended with: timeout",
      step: "draw",
      path: "draw",
      attempt: 1,
    },
  ]);
});

test("output of an invocation with several messages belongs to none of them for certain", () => {
  const lines = [
    line("1", about({ message: "Drawing." })),
    line("2", about({ message: "Drawing.", run: "another" })),
    line("3", { requestId: "q1", timestamp: TIME, message: "printed" }),
  ];
  expect(linesOf(RUN, lines).map(({ id, path, shared }) => [id, path, shared])).toEqual([
    ["1", "draw", undefined],
    ["3", undefined, true],
  ]);
});

test("errors have their stack, and text that is not JSON is a line too", () => {
  const lines = [
    line("1", about({ level: "ERROR", message: "draw failed", stack: "at draw.ts:1" })),
    line("2", about({ level: "warn", message: { a: 1 }, error: { name: "TypeError", message: "no" } })),
  ];
  expect(linesOf(RUN, lines)).toMatchObject([
    { level: "ERROR", stack: "at draw.ts:1" },
    { level: "WARN", message: '{"a":1}', stack: "TypeError: no" },
  ]);
  expect(linesOf(RUN, [line("1", "no JSON")])).toEqual([]);
});

test("the API reads the log groups of the run's workflow, or of one step, in the time of the run", async () => {
  const asked: object[] = [];
  const { get } = testApi({
    views: {
      runItem: async () => run(),
      written: async (query) => {
        asked.push(query);
        return query.words[0] === RUN ? [line("1", about({ message: "Drawing." }))] : [];
      },
    },
  });
  const { json } = await get(`/api/runs/${RUN}/lines?step=draw`);
  expect(json).toMatchObject({ items: [{ message: "Drawing." }] });
  const groups = ["/millrace/Films/Millrace/make-film/draw/Worker"];
  expect(asked).toMatchObject([
    { groups, words: [RUN] },
    { groups, words: ["q1"] },
  ]);
  expect((await get(`/api/runs/${RUN}/lines?step=unknown`)).json).toEqual({ items: [] });
  expect(asked[2]).toMatchObject({ groups: [] });
});

test("the input of a step is what the state machine sent it", async () => {
  const message = { step: "draw", path: "scenes[1]/draw", input: { scene: 1 }, taskToken: "t" };
  const sent = (body: object) => JSON.stringify({ QueueUrl: "q", MessageBody: body });
  expect(inputIn(sent(message), "scenes[1]/draw")).toEqual({ input: { scene: 1 } });
  expect(inputIn(sent(message), "scenes[10]/draw")).toBeUndefined();
  expect(inputIn(undefined, "draw")).toBeUndefined();
  // A wait has a path and no step.
  expect(inputIn(sent({ kind: "event", path: "draw" }), "draw")).toBeUndefined();
  const fills = [{ at: ["who"], from: { value: "user" }, select: ["name"] }];
  const grouped = { step: "greet", path: "greet", input: { how: "kindly" }, fills };
  const group = { values: { user: { name: "Ada" } }, steps: [grouped] };
  expect(inputIn(sent({ ...message, path: "first", input: null, group }), "greet")).toEqual({
    input: { how: "kindly", who: "Ada" },
  });
});

test("a line about a call of a model has its figures, and one about a tool its input and result", () => {
  const model = { call: "model", prompt: "write", model: "bedrock:claude", milliseconds: 1_200 };
  const lines = [
    line(
      "1",
      about({
        message: "The model has answered.",
        ...model,
        input: 10,
        output: 5,
        usd: 0.01,
        record: "s3://b/k",
      }),
    ),
    line("2", about({ message: "A call of the model has failed.", ...model, failed: "ModelFailed: busy" })),
    line("3", about({ message: "called", call: "tool", tool: "search", input: { q: "a" }, value: [1] })),
    line("4", about({ message: "called", call: "tool", tool: "search", input: {}, refused: "no q" })),
    line("5", about({ message: "my own line", call: "of duty", model: "T" })),
  ];
  const found = linesOf(RUN, lines);
  const figures = { kind: "model", name: "write", model: "bedrock:claude", durationMs: 1_200 };
  expect(found.map(({ modelCall }) => modelCall)).toEqual([
    { ...figures, inputTokens: 10, outputTokens: 5, usd: 0.01, record: "s3://b/k" },
    { ...figures, problem: "ModelFailed: busy" },
    { kind: "tool", name: "search", input: { q: "a" }, result: [1] },
    { kind: "tool", name: "search", input: {}, problem: "no q" },
    undefined,
  ]);
  // The figures are shown once.
  expect(found.map(({ fields }) => fields)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
    { call: "of duty", model: "T" },
  ]);
});
