import { answerList } from "../../lambdas/runtime/list/list.ts";
import { restore } from "../../lambdas/runtime/payload/restore.ts";
import { errorInGroup } from "../../lambdas/runtime/work/group/failure.ts";
import { answerOf, inputOf } from "../../lambdas/runtime/work/group/fill.ts";
import { type GroupedStep, isConcurrent, stepsBefore } from "../../lib/contract/groups/group.ts";
import { wholeMessage } from "../../lib/contract/groups/grouped-list.ts";
import type { ExecutionRecord } from "../../lib/contract/recording/record.ts";
import { compile, type Workflow } from "../../lib/index.ts";
import { ServiceError } from "../../local/kernel/errors.ts";
import { Cloud, START } from "../local/states/engine/cloud.ts";
import { memoryArtifacts } from "../runtime/memory/memory-work.ts";
import { bindings } from "./sample.ts";

/** What a message is answered with, and after how many seconds; undefined leaves it unanswered. */
export type Reply =
  | { result: unknown; after?: number }
  | { error: string; cause?: object | string; after?: number }
  | undefined;

/** How a run went. */
interface Outcome {
  status: string;
  output: any;
  error: string | undefined;
  cause: string | undefined;
  /** From start to end. */
  seconds: number;
  /** How many events its history has. */
  events: number;
  /** All messages sent, in order, but for those by which its branches wait for each other. */
  messages: any[];
  /** What Step Functions knows of its execution. */
  record: ExecutionRecord;
  /** A value with what is in the run's part of the bucket in its place again. */
  whole(value: unknown): Promise<any>;
}

const LIST_MESSAGES = new Set(["split list", "keep part", "fail part", "join parts", "fail list"]);

/** What the table answers for an approval that timed out. */
function silenceOf({ over, otherwise }: any): Reply {
  return over && { result: { approved: otherwise === "approve", decidedBy: "timeout" } };
}

/**
 * Runs a workflow's compiled machine on the local Step Functions, on virtual time, for a year at most. Branches that
 * wait for each other are answered as the queue of waits does, in no time.
 */
export async function runWorkflow(
  workflow: Workflow,
  event: object,
  reply: (message: any) => Reply,
  /** Reads of the bucket by the state machine that fail. */
  failingReads = 0,
): Promise<Outcome> {
  const messages: any[] = [];
  const signals = openSignals();
  const bucket = memoryArtifacts();
  let failures = 0;

  async function receive(message: any): Promise<void> {
    if (LIST_MESSAGES.has(message.kind)) {
      await answerList(message, {
        artifacts: () => bucket.artifacts,
        executions: {
          succeed: async (token, output) => deliver(token, { result: JSON.parse(output) }),
          fail: async (token, error, cause) => deliver(token, { error, cause }),
        },
      });
    } else if (message.kind === "signal") {
      signals.send(message.path, message.value);
    } else if (message.kind === "race") {
      signals.wait(`${message.path}.${message.winner}`, (result) => answer(message.taskToken, { result }));
    } else if (message.kind === "signalled") {
      signals.wait(message.of, (result) => answer(message.taskToken, { result }));
    } else {
      const replied = message.group ? together(wholeMessage(message)) : replyTo(message);
      if (replied && message.taskToken) answer(message.taskToken, replied);
    }
  }

  function deliver(taskToken: string, replied: NonNullable<Reply>): "delivered" {
    answer(taskToken, replied);
    return "delivered";
  }

  function replyTo(message: any): Reply {
    messages.push(message);
    return reply(message) ?? silenceOf(message);
  }

  /** What steps of a group have answered, by their paths. */
  const done = new Map<string, unknown>();

  /** A worker of a group: each step gets a message as it would alone, when those before it are done. */
  function together({ group, ...message }: any): Reply {
    const results: unknown[] = [];
    const ends: number[] = [];
    const failures: NonNullable<Reply>[] = [];
    for (const [position, step] of (group.steps as GroupedStep[]).entries()) {
      const before = stepsBefore(group, position);
      if (!before.every((one) => one in results)) continue;
      const begins = Math.max(0, ...before.map((one) => ends[one]!));
      ends[position] = begins;
      if (!done.has(step.path)) {
        const { fills: _, after: __, ...own } = step;
        const replied = replyTo({ ...message, ...own, input: inputOf(step, group, results) });
        if (!replied) return undefined;
        ends[position] = begins + (replied.after ?? 0);
        if ("error" in replied) {
          failures.push({ ...replied, error: errorInGroup(replied.error, step), after: ends[position] });
          continue;
        }
        done.set(step.path, replied.result);
      }
      results[position] = done.get(step.path);
    }
    const time = Math.max(0, ...ends.filter((end) => end !== undefined));
    if (failures.length > 0)
      return { ...failures[0]!, after: isConcurrent(group) ? time : failures[0]!.after! };
    return { result: answerOf(group, results), after: time };
  }

  function answer(taskToken: string, { after = 0, ...replied }: NonNullable<Reply>): void {
    cloud.clock.at(cloud.clock.now() + after * 1000, () => {
      const answered =
        "error" in replied
          ? cloud.call("SendTaskFailure", {
              taskToken,
              error: replied.error,
              cause: typeof replied.cause === "string" ? replied.cause : JSON.stringify(replied.cause ?? {}),
            })
          : cloud.call("SendTaskSuccess", { taskToken, output: JSON.stringify(replied.result) });
      // A failure here is a token without a waiting state.
      answered.catch(() => {});
    });
  }

  const cloud: Cloud = new Cloud({
    services: {
      sqs: {
        SendMessage: async ({ MessageBody }) => {
          await receive(JSON.parse(MessageBody));
          return { MD5OfMessageBody: "0".repeat(32), MessageId: "message" };
        },
      },
      s3: {
        GetObject: async ({ Bucket, Key }) => {
          if (failures++ < failingReads)
            throw new ServiceError("SlowDown", "Please reduce your request rate.");
          return { Body: await bucket.artifacts.get(`s3://${Bucket}/${Key}`) };
        },
      },
    },
  });
  const { StartAt, States, ...rest } = compile(workflow, bindings);
  const arn = await cloud.machine({ [StartAt]: States[StartAt]!, ...States }, rest);
  const run = { id: "run-1" };
  const execution = await cloud.start(arn, { run, event });
  await cloud.pass(365 * 24 * 3600);
  const { status, output, error, cause, stopDate } = await cloud.describe(execution);
  const events = await cloud.history(execution);
  const { definition, roleArn } = await cloud.call("DescribeStateMachineForExecution", {
    executionArn: execution,
  });
  await cloud.kill();
  const history = events.map((event) => ({
    ...event,
    timestamp: new Date(event.timestamp * 1000).toISOString(),
  }));
  const record = { arn: execution, stateMachineArn: arn, roleArn, definition, history };
  const seconds = stopDate - START / 1000;
  const whole = (value: unknown) => restore(value, bucket.artifacts);
  return { status, output, error, cause, seconds, events: events.length, messages, record, whole };
}

/** What branches report to each other, by the path of the node that is done: each wait is answered, whichever came first. */
function openSignals() {
  const sent = new Map<string, unknown>();
  const waiting = new Map<string, ((value: unknown) => void)[]>();
  return {
    send(path: string, value: unknown): void {
      sent.set(path, value);
      for (const answer of waiting.get(path) ?? []) answer(value);
    },
    wait(path: string, answer: (value: unknown) => void): void {
      if (sent.has(path)) answer(sent.get(path));
      else waiting.set(path, [...(waiting.get(path) ?? []), answer]);
    },
  };
}
