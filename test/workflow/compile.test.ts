import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compile, defineStep, defineWorkflow, eq, not, type StateMachine } from "../../lib/index.ts";
import { diagnose } from "./diagnose.ts";
import { bindings, check, machineOf, OrderPlaced, print, textStep, workflowOf } from "./sample.ts";
import { produceVideo } from "./video.ts";

const draft = textStep("draft");
const mix = textStep("mix");
const finish = textStep("finish");

const RUN = "{% $states.context.Execution.Input.run %}";
const RETRY_SEND = {
  ErrorEquals: ["SQS.SdkClientException", "SQS.AmazonSQSException", "SQS.RequestThrottledException"],
  IntervalSeconds: 1,
  BackoffRate: 2,
  MaxAttempts: 8,
  MaxDelaySeconds: 60,
  JitterStrategy: "FULL",
};

const ENTRY = {
  entered: "{% $states.context.State.EnteredTime %}",
  attempt: "{% $states.context.State.RetryCount + 1 %}",
};

/** A task that sends a message and waits for its answer. */
function sending(queue: string, message: object, seconds: number) {
  return {
    Type: "Task",
    Resource: "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
    Arguments: {
      QueueUrl: `https://queue/${queue}`,
      MessageGroupId: "{% $states.context.Execution.Input.run.id %}",
      MessageBody: { taskToken: "{% $states.context.Task.Token %}", run: RUN, ...message },
    },
    TimeoutSeconds: seconds,
    Retry: [RETRY_SEND],
  };
}

/** A step's task as every test but the first expects it. */
function task(
  step: string,
  path: string,
  input: unknown,
  transition: object,
  reads: string[] = [],
  resultLimit?: string,
) {
  const limited = resultLimit === undefined ? {} : { resultLimit };
  const message = { step, path, direction: "do", ...ENTRY, input, reads, ...limited, fallback: false };
  return { ...sending(step, message, 3600), ...transition };
}

/** A question's task. */
function question(path: string, asked: object, seconds: number, rest: object) {
  return { ...sending("approval", { approval: "editor", path, ...ENTRY, ...asked }, seconds), ...rest };
}

/** A machine as all samples have it. */
function machine(StartAt: string, States: object) {
  return {
    Comment: 'Workflow "sample", started by order.placed',
    QueryLanguage: "JSONata",
    StartAt,
    States,
    TimeoutSeconds: 3600,
  };
}

function expectMachine(compiled: StateMachine, StartAt: string, States: object): void {
  expect(withoutDoubt(compiled)).toEqual(machine(StartAt, States));
  expect(diagnose(compiled)).toEqual([]);
}

/** Leaves aside what every step has for the case that it asks a person, which the first test shows. */
function withoutDoubt(part: any): any {
  if (Array.isArray(part)) return part.map(withoutDoubt);
  if (typeof part !== "object" || part === null) return part;
  const asks = (state: any) => state?.Catch?.[0].ErrorEquals[0] === "Millrace.Ask";
  const further = Object.keys(part)
    .filter((name) => asks(part[name]))
    .flatMap((name) => [`${name} asks`, `${name} again?`, `${name} failed`]);
  const kept = Object.entries(part).filter(
    ([name]) => !further.includes(name) && !(name === "Catch" && asks(part)),
  );
  return Object.fromEntries(kept.map(([name, inner]) => [name, withoutDoubt(inner)]));
}

test("a workflow of one step, whole", () => {
  const once = defineStep("once", {
    input: print.input,
    output: print.output,
    timeout: "30 seconds",
    retry: { attempts: 5, backoff: "1500 ms", rate: 3, maxDelay: "2 minutes" },
  });
  const workflow = defineWorkflow("smallest", {
    on: OrderPlaced,
    deadline: "1 hour",
    run: (w, order) => ({ said: w.step(once, order.id) }),
  });
  expect(
    compile(workflow, {
      queueUrl: (step) => `\${Token[${step}]}`,
      approvalQueueUrl: "asked",
      waitQueueUrl: "",
    }),
  ).toEqual({
    Comment: 'Workflow "smallest", started by order.placed',
    QueryLanguage: "JSONata",
    StartAt: "once",
    States: {
      once: {
        Type: "Task",
        Resource: "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        Arguments: {
          QueueUrl: "${Token[once]}",
          MessageGroupId: "{% $states.context.Execution.Input.run.id %}",
          MessageBody: {
            taskToken: "{% $states.context.Task.Token %}",
            run: "{% $states.context.Execution.Input.run %}",
            step: "once",
            path: "once",
            direction: "do",
            entered: "{% $states.context.State.EnteredTime %}",
            attempt: "{% $states.context.State.RetryCount + 1 %}",
            input: "{% $states.context.Execution.Input.event.id %}",
            reads: [],
            fallback: false,
          },
        },
        TimeoutSeconds: 3600,
        Retry: [
          {
            ErrorEquals: ["Millrace.Retry"],
            IntervalSeconds: 2,
            BackoffRate: 3,
            MaxAttempts: 4,
            MaxDelaySeconds: 120,
            JitterStrategy: "FULL",
          },
          {
            ErrorEquals: [
              "SQS.SdkClientException",
              "SQS.AmazonSQSException",
              "SQS.RequestThrottledException",
            ],
            IntervalSeconds: 1,
            BackoffRate: 2,
            MaxAttempts: 8,
            MaxDelaySeconds: 60,
            JitterStrategy: "FULL",
          },
        ],
        Catch: [
          {
            ErrorEquals: ["Millrace.Ask"],
            Assign: { once_failure: "{% $states.errorOutput %}" },
            Next: "once asks",
          },
        ],
        Output: { said: "{% $states.result %}" },
        End: true,
      },
      "once asks": {
        Type: "Task",
        Resource: "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        Arguments: {
          QueueUrl: "asked",
          MessageGroupId: "{% $states.context.Execution.Input.run.id %}",
          MessageBody: {
            taskToken: "{% $states.context.Task.Token %}",
            run: "{% $states.context.Execution.Input.run %}",
            approval: "operator",
            path: "once/asks",
            entered: "{% $states.context.State.EnteredTime %}",
            attempt: "{% $states.context.State.RetryCount + 1 %}",
            level: 1,
            show: "{% $parse($once_failure.Cause) %}",
          },
        },
        TimeoutSeconds: 3600,
        Retry: [RETRY_SEND],
        Assign: { once_decision: "{% $states.result %}" },
        Next: "once again?",
      },
      "once again?": {
        Type: "Choice",
        Choices: [{ Condition: "{% $once_decision.approved %}", Next: "once" }],
        Default: "once failed",
      },
      "once failed": {
        Type: "Fail",
        Error: "{% $once_failure.Error %}",
        Cause: "{% $once_failure.Cause %}",
      },
    },
    TimeoutSeconds: 3600,
  });
});

test("a sequence keeps as variables only what is read later", () => {
  const compiled = machineOf((w) => {
    const first = w.step(draft, {});
    const second = w.step(mix, { text: first.text });
    w.step(finish, { text: "end" }, { after: [second] });
  });
  expectMachine(compiled, "draft", {
    draft: task("draft", "draft", {}, { Assign: { draft: "{% $states.result %}" }, Next: "mix" }),
    mix: task("mix", "mix", { text: "{% $draft.text %}" }, { Next: "finish" }),
    finish: task("finish", "finish", { text: "end" }, { Output: {}, End: true }),
  });
});

test("nodes without an order run in parallel; results that are read afterwards leave their branch", () => {
  const compiled = machineOf((w) => {
    const a = w.step(draft, {}, { as: "a" });
    const b = w.step(draft, { text: a.text }, { as: "b" });
    const c = w.step(mix, {});
    return w.step(finish, { any: [a.text, b.text, c.text] }).text;
  });
  expectMachine(compiled, "a and mix", {
    "a and mix": {
      Type: "Parallel",
      Branches: [
        {
          StartAt: "a",
          States: {
            a: task("draft", "a", {}, { Assign: { a_1: "{% $states.result %}" }, Next: "b" }),
            b: task(
              "draft",
              "b",
              { text: "{% $a_1.text %}" },
              { Output: { a: "{% $a_1 %}", b: "{% $states.result %}" }, End: true },
            ),
          },
        },
        {
          StartAt: "mix",
          States: { mix: task("mix", "mix", {}, { Output: { mix: "{% $states.result %}" }, End: true }) },
        },
      ],
      Assign: {
        a: "{% $states.result[0].a %}",
        b: "{% $states.result[0].b %}",
        mix: "{% $states.result[1].mix %}",
      },
      Next: "finish",
    },
    finish: task(
      "finish",
      "finish",
      { any: ["{% $a.text %}", "{% $b.text %}", "{% $mix.text %}"] },
      { Output: "{% $states.result.text %}", End: true },
    ),
  });
});

test("a branch whose results are not read leaves nothing behind", () => {
  const compiled = machineOf((w) => {
    w.step(draft, {});
    w.step(mix, {});
  });
  expectMachine(compiled, "draft and mix", {
    "draft and mix": {
      Type: "Parallel",
      Branches: [
        { StartAt: "draft", States: { draft: task("draft", "draft", {}, { Output: {}, End: true }) } },
        { StartAt: "mix", States: { mix: task("mix", "mix", {}, { Output: {}, End: true }) } },
      ],
      Output: {},
      End: true,
    },
  });
});

test("both branches of a choice give the merged variable", () => {
  const compiled = machineOf((w) => {
    const checked = w.step(check, {});
    const value = w.when(
      checked.fine,
      () => w.step(draft, {}),
      () => w.step(mix, {}).text,
      { as: "choice" },
    );
    w.step(finish, { any: value });
  });
  expectMachine(compiled, "check", {
    check: task("check", "check", {}, { Assign: { check: "{% $states.result %}" }, Next: "choice" }, [
      "fine",
    ]),
    choice: { Type: "Choice", Choices: [{ Condition: "{% $check.fine %}", Next: "draft" }], Default: "mix" },
    draft: task("draft", "draft", {}, { Assign: { choice: "{% $states.result %}" }, Next: "finish" }),
    mix: task("mix", "mix", {}, { Assign: { choice: "{% $states.result.text %}" }, Next: "finish" }),
    finish: task("finish", "finish", { any: "{% $choice %}" }, { Output: {}, End: true }),
  });
});

test("a branch without steps needs no state while something follows", () => {
  const compiled = machineOf((w, order) => {
    const value = w.when(not(eq(order.id, "o'1")), () => w.step(draft, {}), undefined, { as: "choice" });
    w.step(finish, { text: value.text });
  });
  expectMachine(compiled, "choice", {
    choice: {
      Type: "Choice",
      Choices: [
        { Condition: `{% $not(($states.context.Execution.Input.event.id = "o'1")) %}`, Next: "draft" },
      ],
      Default: "finish",
      Assign: { choice: null },
    },
    draft: task("draft", "draft", {}, { Assign: { choice: "{% $states.result %}" }, Next: "finish" }),
    finish: task("finish", "finish", "{% {'text': $choice.text} %}", { Output: {}, End: true }),
  });
});

test("a choice at the end of its scope has a state for the branch without steps", () => {
  const compiled = machineOf((w) => {
    const checked = w.step(check, {});
    return { done: w.when(checked.fine, () => w.step(draft, {})), checked };
  });
  expectMachine(compiled, "check", {
    check: task(
      "check",
      "check",
      {},
      { Assign: { check: "{% $states.result %}" }, Next: "when check.fine" },
      ["fine"],
    ),
    "when check.fine": {
      Type: "Choice",
      Choices: [{ Condition: "{% $check.fine %}", Next: "draft" }],
      Default: "when check.fine, otherwise",
    },
    draft: task(
      "draft",
      "draft",
      {},
      { Output: { done: "{% $states.result %}", checked: "{% $check %}" }, End: true },
    ),
    "when check.fine, otherwise": { Type: "Pass", Output: { checked: "{% $check %}" }, End: true },
  });
});

test("iterations receive their path, and the items and indexes that are read in them", () => {
  const compiled = machineOf((w, order) =>
    w.each(
      order.shelves,
      (shelf, at) => {
        const first = w.step(draft, { text: shelf.name });
        return w.each(shelf.boxes, (box) => w.step(mix, { any: [first.text, box, at] }), {
          as: "boxes",
          concurrency: 2,
        });
      },
      { as: "shelves" },
    ),
  );
  expectMachine(compiled, "shelves", {
    shelves: {
      Type: "Map",
      Items: "{% $states.context.Execution.Input.event.shelves %}",
      ItemSelector: {
        path: "{% 'shelves[' & $states.context.Map.Item.Index & ']' %}",
        item: "{% $states.context.Map.Item.Value %}",
        index: "{% $states.context.Map.Item.Index %}",
        limit: "{% ($floor(163840 / $max([1, ($count($states.context.Execution.Input.event.shelves))]))) %}",
      },
      ItemProcessor: {
        ProcessorConfig: { Mode: "INLINE" },
        StartAt: "draft",
        States: {
          draft: task(
            "draft",
            "{% $states.input.path & '/draft' %}",
            { text: "{% $states.input.item.name %}" },
            {
              Assign: { draft: "{% $states.result %}" },
              Output: "{% $states.input %}",
              Next: "boxes",
            },
          ),
          boxes: {
            Type: "Map",
            Items: "{% $states.input.item.boxes %}",
            ItemSelector: {
              path: "{% $states.input.path & '/boxes[' & $states.context.Map.Item.Index & ']' %}",
              item: "{% $states.context.Map.Item.Value %}",
              outer: "{% $states.input %}",
              limit: "{% ($floor($states.input.limit / $max([1, ($count($states.input.item.boxes))]))) %}",
            },
            MaxConcurrency: 2,
            ItemProcessor: {
              ProcessorConfig: { Mode: "INLINE" },
              StartAt: "mix",
              States: {
                mix: task(
                  "mix",
                  "{% $states.input.path & '/mix' %}",
                  {
                    any: ["{% $draft.text %}", "{% $states.input.item %}", "{% $states.input.outer.index %}"],
                  },
                  { Output: "{% $states.result %}", End: true },
                  [],
                  "{% $states.input.limit %}",
                ),
              },
            },
            Output: "{% $states.result %}",
            End: true,
          },
        },
      },
      Output: "{% $states.result %}",
      End: true,
    },
  });
});

test("results of an iteration that are not read are not collected", () => {
  const compiled = machineOf((w, order) => {
    w.each(order.lines, print);
  });
  expectMachine(compiled, "each print", {
    "each print": {
      Type: "Map",
      Items: "{% $states.context.Execution.Input.event.lines %}",
      ItemSelector: {
        path: "{% 'print[' & $states.context.Map.Item.Index & ']' %}",
        item: "{% $states.context.Map.Item.Value %}",
      },
      ItemProcessor: {
        ProcessorConfig: { Mode: "INLINE" },
        StartAt: "print",
        States: {
          print: task("print", "{% $states.input.path %}", "{% $states.input.item %}", {
            Output: {},
            End: true,
          }),
        },
      },
      Output: {},
      End: true,
    },
  });
});

test("an approval without a timeout waits as long as the workflow may", () => {
  const compiled = machineOf((w, order) => w.approval("editor", { show: { id: order.id } }));
  expectMachine(compiled, "editor", {
    editor: question(
      "editor",
      { level: 1, show: { id: "{% $states.context.Execution.Input.event.id %}" } },
      3600,
      {
        Output: "{% $states.result %}",
        End: true,
      },
    ),
  });
});

test("a timeout is a decision, which the table gives", () => {
  const compiled = machineOf((w) => {
    const asked = w.approval("editor", { show: {}, within: "10 minutes", otherwise: "reject" });
    w.step(finish, { any: asked.approved });
  });
  const answered = { Assign: { editor: "{% $states.result %}" }, Next: "finish" };
  expectMachine(compiled, "editor", {
    editor: question("editor", { level: 1, within: 600_000, otherwise: "reject", show: {} }, 600, {
      Catch: [{ ErrorEquals: ["States.Timeout"], Next: "editor timed out" }],
      ...answered,
    }),
    "editor timed out": question(
      "editor",
      { level: 1, within: 600_000, otherwise: "reject", over: true, show: {} },
      3600,
      answered,
    ),
    finish: task("finish", "finish", { any: "{% $editor.approved %}" }, { Output: {}, End: true }),
  });
});

test("a timeout escalates to a second approval, which waits as long as the workflow may", () => {
  const compiled = machineOf((w) => {
    const asked = w.approval("editor", {
      as: "review",
      show: {},
      within: "10 minutes",
      otherwise: "escalate",
    });
    w.step(finish, { any: asked.approved });
  });
  const answered = { Assign: { review: "{% $states.result %}" }, Next: "finish" };
  expectMachine(compiled, "review", {
    review: question("review", { level: 1, within: 600_000, otherwise: "escalate", show: {} }, 600, {
      Catch: [{ ErrorEquals: ["States.Timeout"], Next: "review escalated" }],
      ...answered,
    }),
    "review escalated": question("review", { level: 2, show: {} }, 3600, answered),
    finish: task("finish", "finish", { any: "{% $review.approved %}" }, { Output: {}, End: true }),
  });
});

test("the video workflow, whole", () => {
  const golden = JSON.parse(readFileSync(new URL("video.asl.json", import.meta.url), "utf8"));
  const compiled = compile(produceVideo, bindings);
  expect(compiled).toEqual(golden);
  expect(Object.keys(compiled.States)).toEqual(Object.keys(golden.States));
  expect(diagnose(compiled)).toEqual([]);
});

test("a fan-out whose history would not fit into an execution is refused", () => {
  const fanOut = workflowOf((w, order) =>
    w.each(
      order.shelves,
      (shelf) => {
        const steps = Array.from({ length: 420 }, (_, at) => w.step(print, shelf.name, { as: `s${at}` }));
        return w.each(shelf.boxes, (box) => steps.map((_step, at) => w.step(print, box, { as: `b${at}` })), {
          as: "boxes",
        });
      },
      { as: "shelves" },
    ),
  );
  expect(() => compile(fanOut, bindings)).toThrow(
    /could write 3\d{4} history events; Step Functions ends an execution at 25000/,
  );
});

test("a name that is too long for a state is shortened", () => {
  const compiled = machineOf((w) => {
    for (const letter of "abcdefgh") w.step(print, letter, { as: letter.repeat(40) });
  });
  expect(compiled.StartAt).toBe(`${"a".repeat(40)} and 7 more`);
});
