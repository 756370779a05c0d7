import { randomUUID } from "node:crypto";
import { Command } from "commander";
import { type Envelope, writeEntry } from "../../lib/contract/envelope.ts";
import type { EventContract } from "../../lib/contract/event.ts";
import { awaitedEvents } from "../../lib/index.ts";
import { reactions, workflows } from "../definitions.ts";
import { UsageError } from "../explain.ts";
import { print } from "../format.ts";
import { nameOf, readPayload } from "../payload.ts";
import { connect, type Session } from "../session.ts";

export function send(): Command {
  return new Command("send")
    .description("validate an event against its contract and publish it")
    .argument("<event>", "name of the event, e.g. video.requested")
    .argument("<payload>", "payload: JSON, @file, or - for standard input")
    .option("--source <name>", "source of the event", "millrace.cli")
    .addHelpText(
      "after",
      `\nExample:\n  millrace send video.requested '{"videoId":"v1","topic":"tides","scenes":4}'`,
    )
    .action(async (name: string, payload: string, options: { source: string }, command: Command) => {
      const contract = findContract(name);
      const data = await readPayload(contract, payload);
      const id = await publish(await connect(command), contract, data, options.source);
      print(`Sent ${name} as event ${id}.`);
    });
}

/** Publishes an event and answers its id. */
export async function publish(
  { bus }: Session,
  contract: EventContract,
  data: unknown,
  source: string,
): Promise<string> {
  const id = randomUUID();
  const envelope: Envelope = {
    id,
    name: contract.name,
    version: contract.version,
    time: new Date().toISOString(),
    source,
    correlation: id,
    hops: 0,
    data: data as Record<string, unknown>,
  };
  const refused = await bus.publish([writeEntry(envelope)]);
  if (refused.length > 0)
    throw new UsageError(
      `The bus rejected the event ${nameOf(contract)}. Try again. If it happens again, check the metrics of the bus.`,
    );
  return id;
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
