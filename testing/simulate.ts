import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SFNClient } from "@aws-sdk/client-sfn";
import { logReader } from "../lambdas/runtime/aws/relay/log-reader.ts";
import { runReader } from "../lambdas/runtime/aws/runs/run-reader.ts";
import { openTable } from "../lambdas/runtime/aws/table/table.ts";
import { tableApprovals } from "../lambdas/runtime/aws/waits/approvals.ts";
import { describeFindings } from "../lambdas/runtime/events/validation.ts";
import type { Approvals } from "../lambdas/runtime/ports/approvals.ts";
import type { LogReader, RunDetails, RunReader } from "../lambdas/runtime/ports/readers.ts";
import { type Duration, milliseconds } from "../lib/contract/duration.ts";
import { outsideEvent, writeEntry } from "../lib/contract/envelope.ts";
import type { EventContract } from "../lib/contract/event.ts";
import type { InputOf } from "../lib/contract/schema.ts";
import { isEnded } from "../lib/contract/table.ts";
import {
  type Simulation as Cloud,
  type SimulationOptions,
  simulate as simulateCloud,
} from "../local/simulate.ts";
import { deployedIn } from "./deployed.ts";
import { testHasFailed } from "./failed-test.ts";
import { type RunView, runView, type Sent, sentEvent } from "./run-view.ts";
import { storyText } from "./story.ts";

/** A decision about an approval. */
export interface Decision {
  /** Name or path of the approval, if a run has several pending ones. */
  approval?: string;
  /** @default "test" */
  by?: string;
  note?: string;
}

/** An app in a cloud with virtual time, and the actions of its users. */
export interface Simulation extends Cloud {
  /**
   * Publishes an event, lets everything happen that needs no time, and answers the runs that it started.
   * `subject`: of a signal, the id of its run.
   */
  send<Contract extends EventContract>(
    contract: Contract,
    payload: InputOf<Contract["schema"]>,
    options?: { id?: string; source?: string; subject?: string },
  ): Promise<Sent>;
  /** The current state of a run. Throws if it does not exist. */
  run(id: string): Promise<RunView>;
  /** All runs, or those of a workflow, in the order in which they were accepted. */
  runs(workflow?: string): Promise<RunView[]>;
  /** Approves a pending approval of a run. */
  approve(run: string, decision?: Decision): Promise<RunView>;
  /** Rejects it. */
  reject(run: string, decision?: Decision): Promise<RunView>;
  /**
   * Advances time until a run has this status, or meets a condition. Throws, with the log of the run and the
   * seed, if it ends otherwise, or not within 30 days or the given time.
   */
  waitUntil(
    run: string,
    condition: RunView["status"] | ((run: RunView) => boolean),
    within?: Duration,
  ): Promise<RunView>;
  /** The log of a run, or of all runs, as text. */
  story(run?: string): Promise<string>;
}

const MOST_RUNS = 1_000;

/**
 * Deploys a cloud assembly, a folder that `cdk synth` wrote, into a cloud in this process with virtual time.
 * `stack`: the one with the Millrace, if the app has several. A failing Vitest test prints the seed and the
 * logs of the runs when the simulation is closed.
 */
export async function simulate(
  assemblyFolder: string,
  options: SimulationOptions & { stack?: string },
): Promise<Simulation> {
  const cloud = await simulateCloud(assemblyFolder, options);
  // Looked up on demand: a test may use only the app's other resources.
  let found: Promise<Connected> | undefined;
  const connected = () => {
    found ??= connect(cloud, options.stack);
    return found;
  };
  let sent = 0;
  const time = () => new Date(cloud.now()).toISOString();

  const detailsOf = async (id: string): Promise<RunDetails> => {
    const details = await (await connected()).reader.run(id);
    if (details) return details;
    throw new Error(`There is no run "${id}". ${await known()}`);
  };
  const view = async (id: string): Promise<RunView> => {
    const { log } = await connected();
    return runView(await detailsOf(id), await log.ofRun(id), time());
  };
  const listed = async () => (await (await connected()).reader.runs(MOST_RUNS)).reverse();
  const known = async () => {
    const ids = (await listed()).map(({ run }) => run);
    return ids.length === 0 ? "No event has started one." : `There are ${ids.join(", ")}.`;
  };
  const story = async (id?: string): Promise<string> => {
    const ids = id === undefined ? (await listed()).map(({ run }) => run) : [id];
    const { log } = await connected();
    const stories = await Promise.all(ids.map(async (run) => storyText(run, await log.ofRun(run))));
    return stories.join("\n");
  };
  const fail = async (message: string, run: string): Promise<never> => {
    throw new Error(`${message}\nSeed: ${options.seed}. The log of the run:\n${await story(run)}`);
  };

  const decide = async (run: string, approved: boolean, decision: Decision = {}): Promise<RunView> => {
    await cloud.settle();
    const { approvals } = await connected();
    const { approval, by: decidedBy = "test", note } = decision;
    const pending = (await detailsOf(run)).approvals.filter(
      (one) =>
        one.state === "pending" && (approval === undefined || [one.approval, one.path].includes(approval)),
    );
    const [question, ...others] = pending;
    if (!question)
      return await fail(`The run ${run} asks no one${approval ? ` called "${approval}"` : ""}.`, run);
    if (others.length > 0)
      return await fail(
        `The run ${run} asks several: ${pending.map(({ path }) => path).join(", ")}. Name one with \`approval\`.`,
        run,
      );
    const outcome = await approvals.decide(question, {
      approved,
      decidedBy,
      ...(note !== undefined && { note }),
    });
    if (!outcome.decided)
      return await fail(
        `The approval ${question.path} of ${run} can no longer be decided. ${outcome.why ?? ""}`.trim(),
        run,
      );
    await cloud.settle();
    return await view(run);
  };

  return Object.assign(cloud, {
    async send(
      contract: EventContract,
      payload: object,
      {
        id = `event-${cloud.now()}-${++sent}`,
        source = "test",
        ...about
      }: { id?: string; source?: string; subject?: string } = {},
    ) {
      const { bus, reader } = await connected();
      const before = new Set((await listed()).map(({ run }) => run));
      const data = payload as Record<string, unknown>;
      const envelope = outsideEvent(contract, data, { id, time: time(), source, ...about });
      const { Source, DetailType, Detail } = writeEntry(envelope) as unknown as Record<string, string>;
      await cloud.call("events", "PutEvents", {
        Entries: [{ EventBusName: bus, Source, DetailType, Detail }],
      });
      await cloud.settle();
      const started = (await listed()).map(({ run }) => run).filter((run) => !before.has(run));
      const details = await Promise.all(started.map((run) => reader.run(run)));
      const own = details
        .filter((one) => one && (one.run.events ?? [one.run.event]).some((event) => event.id === id))
        .map((one) => one!.run.run);
      const refused = own.length > 0 ? [] : await reader.quarantined(MOST_RUNS);
      const why = refused
        .filter((item) => item.event?.id === id)
        .map(({ subscriber, reason, findings }) => `${subscriber}: ${reason}, ${describeFindings(findings)}`);
      return sentEvent(id, contract.name, own, why);
    },
    async run(id: string) {
      await cloud.settle();
      return await view(id);
    },
    async runs(workflow?: string) {
      await cloud.settle();
      const chosen = (await listed()).filter((one) => workflow === undefined || one.workflow === workflow);
      return await Promise.all(chosen.map(({ run }) => view(run)));
    },
    approve: (run: string, decision?: Decision) => decide(run, true, decision),
    reject: (run: string, decision?: Decision) => decide(run, false, decision),
    async waitUntil(
      run: string,
      condition: RunView["status"] | ((run: RunView) => boolean),
      within: Duration = "30 days",
    ) {
      const until = cloud.now() + milliseconds(within);
      const isMet = typeof condition === "string" ? (one: RunView) => one.status === condition : condition;
      const wanted =
        typeof condition === "string" ? `did not become ${condition}` : "did not fulfil the condition";
      await cloud.settle();
      for (;;) {
        const current = await view(run);
        if (isMet(current)) return current;
        if (isEnded(current.status) && typeof condition === "string")
          return await fail(
            `The run ${run} ${wanted}: it is ${current.status}. ${current.failure?.summary ?? ""}`,
            run,
          );
        if (!(await cloud.next(until)))
          return await fail(`The run ${run} ${wanted} within ${within}: it is ${current.status}.`, run);
      }
    },
    story,
    close: closing(cloud.close.bind(cloud), options.seed, story),
  }) as Simulation;
}

interface Connected {
  bus: string;
  reader: RunReader;
  log: LogReader;
  approvals: Approvals;
}

async function connect(cloud: Cloud, stack: string | undefined): Promise<Connected> {
  const { bus, table: name } = await deployedIn(cloud, stack);
  const table = openTable(name, cloud.client(DynamoDBClient));
  return {
    bus,
    reader: runReader(table, cloud.client(SFNClient)),
    log: logReader(table),
    approvals: tableApprovals(table, cloud.now),
  };
}

/** Prints the logs of a failed test before they are deleted. */
function closing(close: () => Promise<void>, seed: string | number, story: () => Promise<string>) {
  return async () => {
    const text = (await testHasFailed()) ? await story() : "";
    if (text !== "") process.stderr.write(`\nSimulation with the seed ${seed}:\n${text}\n`);
    await close();
  };
}
