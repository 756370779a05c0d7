import { isObject } from "../../kernel/is-object.ts";
import type { Operation } from "../../kernel/service.ts";
import { guarded, step } from "../advance/advance.ts";
import { failState } from "../advance/failure.ts";
import { leaveWithInput } from "../advance/succeed.ts";
import { answered } from "../advance/task.ts";
import { leaveWithResult } from "../advance/transition.ts";
import { findState, isDistributed, type Machine, type State } from "../definition.ts";
import type { Engine } from "../engine.ts";
import type { Failure } from "../failure.ts";
import type { Frame } from "../frame.ts";
import { Run, type Source } from "../run.ts";
import type { Answer } from "../tasks/answer.ts";
import { callTask } from "../tasks/call.ts";
import type { HttpTrace } from "../tasks/http/trace.ts";
import { refusal, validateDefinition, validateState } from "../validate/index.ts";
import { parseJson, required } from "./arguments.ts";
import { refusals } from "./errors.ts";
import { checkFields } from "./mock-fields.ts";
import { checkContext } from "./test-context.ts";

/** The name that the state under test has in its context object. */
const NAME = "StateName";

const MOCKABLE = new Set(["Task", "Map", "Parallel"]);

/** Fields that the service does not show for a type, though the data takes that way. */
const HIDDEN: Partial<Record<State["Type"], string[]>> = {
  Parallel: ["afterInputPath", "afterParameters", "afterArguments"],
};
const PREFIX = /^An error occurred while executing the state '[^']*' \(entered at the event id #\d+\)\. /;

const NOTHING_STORED: Source = {
  frame: () => undefined,
  frames: () => [],
  item: () => "null",
  results: () => [],
};

/** TestState: runs a single state, with a mock instead of its resource if one is given. */
export function testStateOperations(engine: Engine): Record<string, Operation> {
  return {
    async TestState(input) {
      const { state, machine } = stateUnderTest(input);
      checkMock(input, state);
      const run = newRun(engine, input, machine, state);
      const frame = run.add({
        parent: null,
        index: 0,
        scope: [],
        state: NAME,
        input: parseJson(input.input ?? "{}", refusals.invalidInput),
        variables: parseJson(input.variables ?? "{}", refusals.validation) as Record<string, unknown>,
        previous: 0,
        entered: null,
        retries: usedRetries(input, state),
        phase: { kind: "ready" },
      });
      const given = { ...frame.variables };
      await runState(engine, run, frame, input);
      return describe(run, frame, input, { state, variables: given });
    },
  };
}

function stateUnderTest(input: any): { state: State; machine: Machine } {
  const text = required(input, "definition");
  if (input.stateName === undefined) {
    const refused = refusal(validateState(text));
    if (refused) throw refused;
    return { state: JSON.parse(text), machine: { StartAt: NAME, States: {} } };
  }
  const refused = refusal(validateDefinition(text));
  if (refused) throw refused;
  const machine: Machine = JSON.parse(text);
  const state = findState(machine, input.stateName);
  if (!state) throw refusals.validation("State not found in definition");
  return { state, machine };
}

function checkMock({ mock, roleArn, revealSecrets, stateConfiguration }: any, state: State): void {
  if (!mock) {
    if (stateConfiguration?.mapIterationFailureCount !== undefined) {
      throw refusals.validation(
        "TestState does not support MapIterationFailureCount when a mock is not specified.",
      );
    }
    if (state.Type === "Map" || state.Type === "Parallel") {
      throw refusals.unmocked();
    }
    if (state.Type === "Task" && roleArn === undefined) {
      throw refusals.validation("RoleArn must be specified when testing a Task state");
    }
    return;
  }
  if (revealSecrets)
    throw refusals.validation("TestState does not support RevealSecrets when a mock is specified.");
  if (!MOCKABLE.has(state.Type)) {
    throw refusals.validation(`State type '${state.Type}' is not supported when a mock is specified`);
  }
  if (mock.result === undefined) return;
  if (mock.errorOutput !== undefined) {
    throw refusals.validation(
      "A test mock should have only one of the following fields: [result, errorOutput].",
    );
  }
  const result = parseMock(mock.result);
  checkFields(state, result, mock);
  const isList = state.Type === "Parallel" || (state.Type === "Map" && state.ResultWriter === undefined);
  if (isList && !Array.isArray(result)) throw refusals.validation("Mocked result must be an array.");
  if (state.Type === "Parallel" && (result as unknown[]).length !== state.Branches.length) {
    throw refusals.validation(
      "Mocked result must contain the same number of items as number of Parallel branches.",
    );
  }
  if (state.Type !== "Map") return;
  if (state.ResultWriter !== undefined && !isObject(result)) {
    throw refusals.validation("Mocked result must be a JSON object.");
  }
  if (Array.isArray(result) && (stateConfiguration?.mapIterationFailureCount ?? 0) > result.length) {
    throw refusals.validation(
      "Map iteration failure count must be less than or equal to the number of Map iterations",
    );
  }
}

function newRun({ kernel }: Engine, input: any, machine: Machine, state: State): Run {
  const id = kernel.random.uuid();
  const machineName = kernel.random.uuid();
  const given = input.context === undefined ? undefined : checkContext(input.context, state);
  const run = new Run({
    execution: {
      id: 0,
      arn: kernel.arn("states", `express:${machineName}:${id}`),
      name: id,
      type: "EXPRESS",
      machineArn: kernel.arn("states", `stateMachine:${machineName}`),
      machineName,
      roleArn: input.roleArn ?? null,
      machine: { QueryLanguage: machine.QueryLanguage, StartAt: NAME, States: { [NAME]: state } },
      input: parseJson(input.input ?? "{}", refusals.invalidInput),
      started: kernel.clock.now(),
      redriveCount: 0,
      redriven: null,
      ...(given && { context: given }),
    },
    environment: { now: () => kernel.clock.now(), random: kernel.random },
    source: NOTHING_STORED,
    progress: { lastEvent: 1, lastFrame: -1 },
  });
  run.notes = {};
  return run;
}

/** The retrier that would take the mocked error has been used so often. */
function usedRetries({ stateConfiguration, mock }: any, state: State): number[] {
  const count = stateConfiguration?.retrierRetryCount ?? 0;
  if (count === 0) return [];
  const names = [mock?.errorOutput?.error, "States.ALL", "States.TaskFailed"];
  const index = (state.Retry ?? []).findIndex((retrier: { ErrorEquals: string[] }) =>
    retrier.ErrorEquals.some((name) => names.includes(name)),
  );
  return (state.Retry ?? []).map((_: unknown, at: number) => (at === index ? count : 0));
}

async function runState(engine: Engine, run: Run, frame: Frame, input: any): Promise<void> {
  await step(run, frame);
  const { phase } = frame;
  const state = run.stateOf(frame);
  if (run.outcome || frame.state !== NAME) return;
  await guarded(run, frame, async () => {
    if (phase.kind === "wait") return await leaveWithInput(run, frame, state);
    if (phase.kind === "task") {
      const call = { execution: run.execution, resource: state.Resource };
      const answer = input.mock
        ? mockedAnswer(input.mock)
        : await callTask(engine.kernel, { ...call, phase, trace: traceOf(run, input) });
      // What comes after a callback or a child's end is not part of the test: the call's answer is.
      const result: Answer = answer.kind === "submitted" ? { kind: "result", value: answer.output } : answer;
      return await answered(run, frame, state, { phase, answer: result });
    }
    if (!["map", "read", "write", "parallel"].includes(phase.kind)) return;
    const mocked = mockedAnswer(input.mock);
    const failure = mocked.kind === "failed" ? mocked.failure : exceeded(run, state, input);
    if (failure) return await failState(run, frame, failure);
    if (mocked.kind === "result") await leaveWithResult(run, frame, state, mocked.value);
  });
}

/** The level TRACE shows the request and the response of an HTTP task, too. */
function traceOf(run: Run, { inspectionLevel, revealSecrets }: any): HttpTrace | undefined {
  if (inspectionLevel !== "TRACE") return undefined;
  return {
    secrets: revealSecrets === true,
    note: (what, shown) => {
      run.notes![what] = shown;
    },
  };
}

function mockedAnswer({ result, errorOutput }: any): Answer {
  if (errorOutput) return { kind: "failed", failure: { error: errorOutput.error, cause: errorOutput.cause } };
  return { kind: "result", value: parseMock(result ?? "null") };
}

const parseMock = (text: string) =>
  parseJson(text, () => refusals.validation("Mocked result must be valid JSON"));

function exceeded(run: Run, state: State, { stateConfiguration }: any): Failure | undefined {
  const tolerated = run.notes!.toleratedFailureCount as number | undefined;
  const failed = stateConfiguration?.mapIterationFailureCount ?? 0;
  if (state.Type !== "Map" || !isDistributed(state) || tolerated === undefined || failed <= tolerated)
    return undefined;
  return {
    error: "States.ExceedToleratedFailureThreshold",
    cause: "The specified tolerated failure threshold was exceeded",
  };
}

function describe(
  run: Run,
  frame: Frame,
  input: any,
  given: { state: State; variables: Record<string, unknown> },
): object {
  const { failure, ...notes } = run.notes as { failure?: Failure } & Record<string, unknown>;
  const exited = run.events.findLast(({ type }) => type.endsWith("StateExited"))?.details;
  const status = exited ? (failure ? "CAUGHT_ERROR" : "SUCCEEDED") : run.outcome ? "FAILED" : "RETRIABLE";
  const reported = run.outcome?.status === "FAILED" ? run.outcome : failure;
  return {
    status,
    ...(exited && { output: exited.output }),
    ...(reported?.error !== undefined && { error: reported.error }),
    ...(reported?.cause !== undefined && { cause: reported.cause.replace(PREFIX, "") }),
    ...(frame.state !== NAME && { nextState: frame.state }),
    ...((input.inspectionLevel ?? "INFO") !== "INFO" && {
      inspectionData: inspection(given.state, input, notes, { ...given.variables, ...frame.variables }),
    }),
  };
}

function inspection(
  state: State,
  input: any,
  notes: Record<string, unknown>,
  variables: Record<string, unknown>,
): Record<string, unknown> {
  const hidden = HIDDEN[state.Type] ?? [];
  const shown = Object.entries(notes)
    .filter(([what]) => !hidden.includes(what))
    .map(([what, value]) => [what, isPlain(what) ? value : JSON.stringify(value)]);
  return {
    input: input.input ?? "{}",
    ...Object.fromEntries(shown),
    ...(Object.keys(variables).length > 0 && { variables: JSON.stringify(variables) }),
  };
}

const PLAIN = new Set(["errorDetails", "maxConcurrency", "request", "response"]);

/** Members of the inspection data that are no JSON texts. */
function isPlain(what: string): boolean {
  return PLAIN.has(what) || what.startsWith("toleratedFailure");
}
