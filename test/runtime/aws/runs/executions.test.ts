import { describe, expect, test } from "vitest";
import type { statesClient } from "../../../../lambdas/runtime/aws/client/states-calls.ts";
import { stepFunctions } from "../../../../lambdas/runtime/aws/runs/executions.ts";
import { stateMachines } from "../../../../lambdas/runtime/aws/runs/machines.ts";

const MACHINE = "arn:aws:states:eu-west-1:1:stateMachine:app_w";
const EXECUTION = "arn:aws:states:eu-west-1:1:execution:app_w:r";
const FAILURE = { error: "E", cause: "c" };

type Client = ReturnType<typeof statesClient>;
const answering = (answer: object) => ({ send: async () => answer }) as unknown as Client;
const refusing = (name: string) =>
  ({ send: () => Promise.reject(Object.assign(new Error("no"), { name })) }) as unknown as Client;

describe("a start", () => {
  const start = (client: Client) => stepFunctions(MACHINE, client).start("r", "{}", undefined);

  test("that was made before has started: only one run has the name", async () => {
    const started = { kind: "started", execution: EXECUTION };
    expect(await start(answering({ executionArn: EXECUTION }))).toEqual(started);
    expect(await start(refusing("ExecutionAlreadyExists"))).toEqual(started);
  });

  test.each(["ThrottlingException", "ExecutionLimitExceeded", "TooManyRequestsException"])(
    "waits after %s",
    async (name) => {
      expect(await start(refusing(name))).toEqual({ kind: "throttled" });
    },
  );

  test("fails after any other error", async () => {
    await expect(start(refusing("AccessDeniedException"))).rejects.toThrow("no");
  });
});

describe("an answer to a state", () => {
  const answers = (client: Client) => {
    const executions = stepFunctions(undefined, client);
    return [executions.succeed("t", "1"), executions.fail("t", "E", "c")];
  };

  test("is delivered", async () => {
    expect(await Promise.all(answers(answering({})))).toEqual(["delivered", "delivered"]);
  });

  test.each(["TaskTimedOut", "TaskDoesNotExist", "InvalidToken"])(
    "comes too late, and is not repeated, after %s",
    async (name) => {
      expect(await Promise.all(answers(refusing(name)))).toEqual(["gone", "gone"]);
    },
  );

  test("fails after any other error, so that the message is delivered again", async () => {
    for (const answer of answers(refusing("ThrottlingException"))) await expect(answer).rejects.toThrow("no");
  });
});

describe("an execution", () => {
  const machines = (client: Client) => stateMachines("arn:aws:states:eu-west-1:1:stateMachine:app_", client);
  const look = (client: Client) => machines(client).look("w", "r");

  test("that does not exist is absent, and stopped", async () => {
    expect(await look(refusing("ExecutionDoesNotExist"))).toBe("absent");
    await machines(refusing("ExecutionDoesNotExist")).stop("w", "r", FAILURE);
    expect(await machines(refusing("ExecutionDoesNotExist")).openTasks("w", "r")).toEqual([]);
  });

  test("that cannot be read or stopped is not taken for absent", async () => {
    await expect(look(refusing("ThrottlingException"))).rejects.toThrow("no");
    await expect(machines(refusing("ThrottlingException")).stop("w", "r", FAILURE)).rejects.toThrow("no");
    await expect(machines(refusing("ThrottlingException")).openTasks("w", "r")).rejects.toThrow("no");
  });

  test("is running until it ends, as succeeded with its output", async () => {
    expect(await look(answering({ status: "RUNNING", input: "1" }))).toBe("running");
    const succeeded = { status: "SUCCEEDED", input: "1", output: "2" };
    expect(await look(answering(succeeded))).toEqual({ input: 1, end: { status: "succeeded", output: 2 } });
  });

  test.each([
    ["FAILED", "failed"],
    ["TIMED_OUT", "timed-out"],
    ["ABORTED", "terminated"],
  ])("%s is %s, with its failure", async (status, ended) => {
    expect(await look(answering({ status, input: "1", ...FAILURE }))).toEqual({
      input: 1,
      end: { status: ended, failure: FAILURE },
    });
  });
});
