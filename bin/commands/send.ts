import { Command } from "commander";
import type { RunDetails } from "../../lambdas/runtime/ports/readers.ts";
import type { EventContract } from "../../lib/contract/event.ts";
import { awaitedEvents } from "../../lib/index.ts";
import { wantsJson } from "../answer.ts";
import { reactions, workflows } from "../definitions.ts";
import { UsageError } from "../explain.ts";
import { followRun } from "../follow-run.ts";
import { ago, print } from "../format.ts";
import { keyOption } from "../key-option.ts";
import { readPayload } from "../payload.ts";
import { currentStatus } from "../run-status.ts";
import { commandOf } from "../self.ts";
import { sendEvent } from "../send-event.ts";
import { connect } from "../session.ts";
import { type SendOutcome, type StartedRun, startedRuns } from "../started-runs.ts";
import { consoleOf, pageOf } from "./console.ts";

export function send(): Command {
  return new Command("send")
    .description("validate an event against its contract and publish it")
    .argument("<event>", "name of the event, e.g. video.requested")
    .argument("<payload>", "payload: JSON, @file, or - for standard input")
    .option("--source <name>", "source of the event", "millrace.cli")
    .addOption(keyOption("the same event with the same key is one event"))
    .option(
      "-f, --follow",
      "print what happens to the runs until they end; exits with 1 if one fails or the event is a contradiction",
    )
    .addHelpText(
      "after",
      `\nExample:\n  millrace send video.requested '{"videoId":"v1","topic":"tides","scenes":4}'`,
    )
    .action(async (name: string, payload: string, options: SendOptions, command: Command) => {
      const contract = findContract(name);
      const data = await readPayload(contract, payload);
      const session = await connect(command);
      const { source, key } = options;
      const id = await sendEvent({ contract, payload: data, key }, source, session);
      const text = wantsJson(command) ? () => {} : print;
      text(`Sent ${name} as event ${id}.`);
      const started = await startedRuns(session, contract, { id, data: data as object }, workflows, PATIENCE);
      const { stack } = command.optsWithGlobals<{ stack: string }>();
      const found = started.length > 0 ? await consoleOf(stack) : undefined;
      const pages = await Promise.all(
        started.map(async (one) => ({
          ...one,
          status: one.details && (await currentStatus(session, one.details)),
          page: found && pageOf(found, `/runs/${one.run}`),
        })),
      );
      for (const one of pages) text(describe(one, id));
      if (wantsJson(command)) print(JSON.stringify({ event: id, runs: pages.map(summary) }, null, 2));
      if (!options.follow) return;
      for (const { run, outcome } of started)
        if (outcome === "contradiction" || (await followRun(session, run, text)) !== "succeeded")
          process.exitCode = 1;
    });
}

interface SendOptions {
  source: string;
  key: string;
  follow?: true;
}

/** How long an event may take to become a run, milliseconds. */
const PATIENCE = 10_000;

type Shown = StartedRun & { status: string | undefined; page: string | undefined };

function describe({ run, details, outcome, status, page }: Shown, event: string): string {
  if (!details || status === undefined)
    return `No run ${run} yet. "millrace deliveries ${event}" shows the deliveries of the event.`;
  const lines = describeOutcome(outcome, details, status);
  return [...lines, ...(page === undefined ? [] : [`  ${page}`])].join("\n");
}

/** What became of an event whose run exists, and what to do if it did not start the run. */
export function describeOutcome(
  outcome: SendOutcome,
  { run }: Pick<RunDetails, "run">,
  status: string,
): string[] {
  const earlier = `event ${run.event.id} started it ${ago(run.acceptedAt, Date.now())}; its status is ${status}.`;
  switch (outcome) {
    case "duplicate":
      return [
        `Duplicate of ${run.run}: ${earlier}`,
        `  To run it again: ${commandOf(`replay-events --run ${run.run} --again`)}`,
      ];
    case "contradiction":
      return [
        `Contradiction of ${run.run}: ${earlier}`,
        "  This event has the same identity with a different payload. It starts no run and is quarantined.",
        "  Correct the payload or the identity, and send it again.",
        `  To show the quarantined event: ${commandOf("quarantine")}`,
      ];
    default:
      return [`Started ${run.run}`];
  }
}

function summary({ run, outcome, status, page }: Shown) {
  return { run, outcome, status, page };
}

function findContract(event: string): EventContract {
  const contracts = [
    ...workflows.flatMap((workflow) => [...workflow.on, ...awaitedEvents(workflow)]),
    ...reactions.flatMap(({ on }) => on),
  ];
  const found = contracts.find((contract) => contract.name === event);
  if (found) return found;
  const known = [...new Set(contracts.map((contract) => contract.name))].sort().join(", ");
  throw new UsageError(
    known === ""
      ? `No definitions for the event "${event}" were found here. Run the command in the folder that contains workflows/index.ts.`
      : `No subscriber takes an event named "${event}". Available: ${known}.`,
  );
}
