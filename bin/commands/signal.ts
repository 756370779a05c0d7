import { Command } from "commander";
import type { EventContract } from "../../lib/contract/event.ts";
import { isEnded, type RunItem } from "../../lib/contract/table.ts";
import { awaitedEvents, type Workflow } from "../../lib/index.ts";
import { answer } from "../answer.ts";
import { workflows } from "../definitions.ts";
import { UsageError } from "../explain.ts";
import { findRun } from "../find-run.ts";
import { keyOption } from "../key-option.ts";
import { readPayload } from "../payload.ts";
import { commandOf } from "../self.ts";
import { sendEvent } from "../send-event.ts";
import { connect } from "../session.ts";

export function signal(): Command {
  return new Command("signal")
    .description("send a signal to a run, which it receives when it waits for it")
    .argument("<run>", "id of the run, or its beginning")
    .argument("<name>", "name of the signal, e.g. address.corrected")
    .requiredOption("--payload <json>", "payload of the signal: JSON, @file, or - for standard input")
    .option("--source <name>", "source of the event", "millrace.cli")
    .addOption(keyOption("the same signal with the same key is one signal"))
    .addHelpText(
      "after",
      `\nExample:\n  millrace signal fulfil-order-x7k2 address.corrected --payload '{"street":"Main Street 2"}'`,
    )
    .action(async (given: string, name: string, options: SignalOptions, command: Command) => {
      const session = await connect(command);
      const { run } = await findRun(session, given);
      const contract = signalOf(run, name, workflows);
      const data = await readPayload(contract, options.payload);
      refuseEnded(run);
      const { source, key } = options;
      const about = { subject: run.run, correlation: run.event.correlation };
      const event = await sendEvent({ contract, payload: data, key, ...about }, source, session);
      answer(command, { event, run: run.run }, () => `Sent ${name} to run ${run.run} as event ${event}.`);
    });
}

interface SignalOptions {
  payload: string;
  source: string;
  key: string;
}

/** The contract of a signal, or of another event, that a run may wait for. */
export function signalOf(
  { workflow: name, run }: Pick<RunItem, "workflow" | "run">,
  wanted: string,
  all: readonly Workflow[],
): EventContract {
  const workflow = all.find((known) => known.name === name);
  const awaited = workflow ? awaitedEvents(workflow) : [];
  const found = awaited.find((contract) => contract.name === wanted);
  if (found) return found;
  const known = awaited.map((contract) => contract.name).join(", ");
  throw new UsageError(
    workflow
      ? `Run ${run} receives no "${wanted}". Runs of ${name} wait for: ${known || "nothing"}.`
      : `No definition of the workflow "${name}" was found here. Run the command in the folder that contains workflows/index.ts.`,
  );
}

/** Throws a UsageError if a run cannot receive anything any more. */
export function refuseEnded({ run, status }: Pick<RunItem, "run" | "status">): void {
  if (!isEnded(status)) return;
  throw new UsageError(
    `Run ${run} has ended (${status}) and receives no more signals. Nothing was sent. "${commandOf(`retry ${run}`)}" continues a run that failed.`,
  );
}
