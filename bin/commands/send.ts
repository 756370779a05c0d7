import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { Command } from "commander";
import { describeFindings, validate } from "../../lambdas/runtime/validation.ts";
import { type Envelope, writeEntry } from "../../lib/contract/envelope.ts";
import type { EventContract } from "../../lib/contract/event.ts";
import { workflows } from "../../workflows/index.ts";
import { UsageError } from "../explain.ts";
import { print } from "../format.ts";
import { connect, type Session } from "../session.ts";

export function send(): Command {
  return new Command("send")
    .description("publish an event, checked against its contract")
    .argument("<event>", "name of the event, e.g. video.requested")
    .argument("<payload>", "its payload: JSON, @file, or - for standard input")
    .option("--source <name>", "who publishes it", "millrace.cli")
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
      `The bus did not take the event ${name(contract)}. Try again; see the bus's metrics if it goes on.`,
    );
  return id;
}

function name({ name: event, version }: EventContract): string {
  return `${event} (version ${version})`;
}

function findContract(event: string): EventContract {
  const contracts = workflows.flatMap(({ on }) => on as readonly EventContract[]);
  const found = contracts.find((contract) => contract.name === event);
  if (found) return found;
  const known = [...new Set(contracts.map((contract) => contract.name))].sort().join(", ");
  throw new UsageError(`No workflow is started by an event called "${event}". There is: ${known}.`);
}

async function readPayload(contract: EventContract, argument: string): Promise<unknown> {
  const { text, origin } = readText(argument);
  const value = parse(text, origin);
  const checked = await validate(contract.schema, value);
  if (checked.valid) return value;
  throw new UsageError(
    `The payload breaks the contract of ${name(contract)}. Nothing was sent.\n${checked.findings
      .map(
        (finding) =>
          `  ${describeFindings([finding])}${finding.value === undefined ? "" : ` (there stands ${finding.value})`}`,
      )
      .join("\n")}`,
  );
}

function readText(argument: string): { text: string; origin: string } {
  if (argument === "-") return { text: readFileSync(0, "utf8"), origin: "Standard input" };
  if (!argument.startsWith("@")) return { text: argument, origin: "The payload" };
  try {
    return { text: readFileSync(argument.slice(1), "utf8"), origin: argument.slice(1) };
  } catch (error) {
    throw new UsageError(`The file ${argument.slice(1)} cannot be read: ${(error as Error).message}.`);
  }
}

function parse(text: string, origin: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(
      `${origin} is not JSON: ${(error as Error).message}. Nothing was sent. In a shell, put the JSON between single quotes, or give @file.`,
    );
  }
}
