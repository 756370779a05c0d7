import { seconds } from "../contract/duration.ts";
import type { StepMessage } from "../contract/messages/message.ts";
import type { StepSpec } from "../contract/step.ts";
import type { Bindings } from "./bindings.ts";
import { quote, wrap } from "./jsonata.ts";
import { retriersOf } from "./retry.ts";
import { ENTRY, RETRY_SEND, sendAndWait } from "./send.ts";
import type { StateMachine, States, Task } from "./states.ts";

/** An undo without an answer by then fails: its message is a dead letter. */
const LONGEST_UNDO = seconds("1 day");
/** Step Functions' own limit. */
const LONGEST_COMPENSATION = seconds("365 days");
/** Maximum length of a failure's text. The complete failure is in the undo's claim. */
const LONGEST_CAUSE = 500;

/**
 * The state machine that undoes the effects of a workflow's runs: one after another, each by its own step,
 * with that step's retries. A failed undo is recorded, and the others continue. Input and output are
 * `CompensationInput` and `CompensationOutput`.
 */
export function compileCompensation(
  workflow: string,
  undoSteps: readonly StepSpec[],
  { queueUrl }: Pick<Bindings, "queueUrl">,
): StateMachine {
  return {
    Comment: `Undoes what runs of workflow "${workflow}" did`,
    QueryLanguage: "JSONata",
    StartAt: "one after another",
    States: {
      "one after another": {
        Type: "Map",
        Items: wrap("$states.input.undos"),
        ItemSelector: wrap("$states.context.Map.Item.Value"),
        MaxConcurrency: 1,
        ItemProcessor: {
          ProcessorConfig: { Mode: "INLINE" },
          StartAt: "which step",
          States: undoOne(undoSteps, queueUrl),
        },
        Output: { failed: wrap("[$states.result[$exists(error)]]") },
        End: true,
      },
    },
    TimeoutSeconds: LONGEST_COMPENSATION,
  };
}

function undoOne(steps: readonly StepSpec[], queueUrl: Bindings["queueUrl"]): States {
  return {
    "which step": {
      Type: "Choice",
      Choices: steps.map(({ name }) => ({
        Condition: wrap(`$states.input.step = ${quote(name)}`),
        Next: stateOf(name),
      })),
      Default: "unknown step",
    },
    "unknown step": {
      Type: "Pass",
      Output: notUndone(
        "'Millrace.UnknownStep'",
        "'No step ' & $states.input.step & ' is deployed any more.'",
      ),
      End: true,
    },
    ...Object.fromEntries(steps.map((step) => [stateOf(step.name), undoBy(step, queueUrl(step.name))])),
    "not undone": { Type: "Pass", End: true },
  };
}

function undoBy({ name, retry }: StepSpec, queueUrl: string): Task {
  const task = sendAndWait<StepMessage>(queueUrl, {
    step: name,
    path: wrap("$states.input.path"),
    direction: "undo",
    ...ENTRY,
    input: null,
    reads: [],
    fallback: false,
  });
  const { MessageBody } = task.Arguments;
  // The epoch of the effect: its claim, and that of its undo, belong to that epoch.
  const run = wrap("$merge([$states.context.Execution.Input.run, {'epoch': $states.input.epoch}])");
  return {
    ...task,
    Arguments: { ...task.Arguments, MessageBody: { ...MessageBody, run } },
    TimeoutSeconds: LONGEST_UNDO,
    Retry: [...retriersOf(retry), RETRY_SEND],
    Catch: [
      {
        ErrorEquals: ["States.ALL"],
        Output: notUndone(
          "$states.errorOutput.Error",
          `$substring($states.errorOutput.Cause, 0, ${LONGEST_CAUSE})`,
        ),
        Next: "not undone",
      },
    ],
    Output: {},
    End: true,
  };
}

function notUndone(error: string, cause: string) {
  const { epoch, path } = { epoch: wrap("$states.input.epoch"), path: wrap("$states.input.path") };
  return { epoch, path, error: wrap(error), cause: wrap(cause) };
}

function stateOf(step: string): string {
  return `undo by ${step}`;
}
