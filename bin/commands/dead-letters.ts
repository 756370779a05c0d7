import { Command } from "commander";
import type { SettleDeadLetters } from "../../lib/contract/command.ts";
import type { DeadLetterItem } from "../../lib/contract/table.ts";
import { count } from "../count.ts";
import { UsageError } from "../explain.ts";
import { print } from "../format.ts";
import { ordering } from "../order.ts";
import { readText } from "../payload.ts";
import { connect } from "../session.ts";

export function deadLetters(): Command {
  return new Command("dead-letters")
    .description("list messages that queues have given up, with the reason; show, redrive or discard them")
    .addCommand(list(), { isDefault: true })
    .addCommand(show())
    .addCommand(redrive())
    .addCommand(discard());
}

function list(): Command {
  return new Command("list")
    .description("list those that nobody has settled, newest first")
    .option("--subscriber <name>", "those of a workflow or a reaction alone")
    .option("--limit <count>", "at most so many", count, 20)
    .action(async ({ limit, subscriber }: { limit: number; subscriber?: string }, command: Command) => {
      const { deadLetters } = await connect(command.parent!);
      const { items, next } = await deadLetters.list({ limit, subscriber, after: undefined });
      if (items.length === 0) {
        print(`There are no dead letters${subscriber === undefined ? "" : ` of ${subscriber}`}.`);
        return;
      }
      for (const item of items) print(inShort(item).join("\n"));
      if (next) print(`There are more; --limit shows them.`);
    });
}

function show(): Command {
  return new Command("show")
    .description("show a dead letter: what it was for, why it died, and the message")
    .argument("<id>", "its id, as listed")
    .action(async (id: string, _options: unknown, command: Command) => {
      const { deadLetters } = await connect(command.parent!);
      const item = await deadLetters.read(id);
      if (!item) throw new UsageError(`There is no dead letter "${id}". "millrace dead-letters" lists them.`);
      print(inFull(item).join("\n"));
    });
}

const WHICH: [string, string] = ["[id]", "the dead letter's id, unless --subscriber or --all is given"];

function redrive(): Command {
  return forOneOrMany("redrive", "send dead letters to their queues again").option(
    "--body <json>",
    "is sent in place of the message: JSON, @file, or - for standard input; for one alone",
  );
}

function discard(): Command {
  return forOneOrMany("discard", "give dead letters up; a step that waits for one fails");
}

function forOneOrMany(action: SettleDeadLetters["action"], description: string): Command {
  return ordering(action, description, WHICH, (id, said, { body, rate, ...which }) => ({
    action,
    target: targetOf(id, which),
    ...(body !== undefined && { body: readText(body).text.trim() }),
    ...(rate !== undefined && { rate: Number(rate) }),
    ...said,
  }))
    .option("--subscriber <name>", "all of a workflow, a reaction, or another queue")
    .option("--all", "all there are")
    .option("--rate <count>", "how many in a second, where they are many (default: 10)");
}

function targetOf(
  deadLetter: string | undefined,
  { subscriber, all }: { subscriber?: string; all?: string },
): SettleDeadLetters["target"] {
  const targets: SettleDeadLetters["target"][] = [
    ...(deadLetter === undefined ? [] : [{ deadLetter }]),
    ...(subscriber === undefined ? [] : [{ subscriber }]),
    ...(all === undefined ? [] : [{ all: "dead-letters" } as const]),
  ];
  if (targets.length === 1) return targets[0]!;
  throw new UsageError("Give one of these: the id of a dead letter, --subscriber <name>, or --all.");
}

function inShort(item: DeadLetterItem): string[] {
  const { id, subscriber, diedAt, reason } = item;
  return [`${id}  ${diedAt}  ${subscriber}: ${whatFor(item)}`, `  ${reason}`];
}

function inFull(item: DeadLetterItem): string[] {
  const { id, subscriber, queueUrl, receives, sentAt, diedAt, reason, settled, edited, body } = item;
  return [
    `${id}  ${subscriber}: ${whatFor(item)}`,
    `sent ${sentAt}, given up ${diedAt} after ${receives} ${receives === 1 ? "try" : "tries"}`,
    `from ${queueUrl || "an unknown queue"}`,
    reason,
    ...(settled ? [`${settled.as} by ${settled.by} at ${settled.at}: ${settled.why}`] : []),
    "",
    ...(edited === undefined ? [] : ["Sent instead:", edited, "", "As it was:"]),
    body,
  ];
}

/** "step bind-book of run make-book-x at bind-book" */
function whatFor({ purpose, step, run, path, event }: DeadLetterItem): string {
  return [
    purpose,
    step,
    event && `${event.name} ${event.id}`,
    run && `of run ${run}`,
    path && path !== step && `at ${path}`,
  ]
    .filter(Boolean)
    .join(" ");
}
