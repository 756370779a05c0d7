import { Command } from "commander";
import type { ResolveDeadLetters } from "../../lib/contract/messages/command.ts";
import type { DeadLetterItem } from "../../lib/contract/table.ts";
import { actionCommand } from "../action.ts";
import { answer, wantsJson } from "../answer.ts";
import { count } from "../count.ts";
import { UsageError } from "../explain.ts";
import { print } from "../format.ts";
import { readText } from "../payload.ts";
import { connect } from "../session.ts";

export function deadLetters(): Command {
  return new Command("dead-letters")
    .description("list dead letters with the reason; show, redrive or discard them")
    .addCommand(list(), { isDefault: true })
    .addCommand(show())
    .addCommand(redrive())
    .addCommand(discard());
}

function list(): Command {
  return new Command("list")
    .description("list unresolved dead letters, newest first")
    .option("--subscriber <name>", "only those of this workflow or reaction")
    .option("--limit <count>", "maximum number of entries", count, 20)
    .action(async ({ limit, subscriber }: { limit: number; subscriber?: string }, command: Command) => {
      const { deadLetters } = await connect(command.parent!);
      const { items, next } = await deadLetters.list({ limit, subscriber, after: undefined });
      if (wantsJson(command)) return print(JSON.stringify(items, null, 2));
      if (items.length === 0) {
        print(`No dead letters${subscriber === undefined ? "" : ` of ${subscriber}`}.`);
        return;
      }
      for (const item of items) print(inShort(item).join("\n"));
      if (next) print(`There are more. Use --limit to show them.`);
    });
}

function show(): Command {
  return new Command("show")
    .description("show a dead letter: purpose, reason and message")
    .argument("<id>", "id of the dead letter")
    .action(async (id: string, _options: unknown, command: Command) => {
      const { deadLetters } = await connect(command.parent!);
      const item = await deadLetters.read(id);
      if (!item) throw new UsageError(`There is no dead letter "${id}". "millrace dead-letters" lists them.`);
      answer(command, item, () => inFull(item).join("\n"));
    });
}

const WHICH: [string, string] = ["[id]", "id of the dead letter, or use --subscriber or --all"];

function redrive(): Command {
  return forOneOrMany("redrive", "send dead letters back to their queues").option(
    "--body <json>",
    "replaces the message: JSON, @file, or - for standard input; only for a single dead letter",
  );
}

function discard(): Command {
  return forOneOrMany("discard", "discard dead letters; a step that waits for one fails");
}

function forOneOrMany(action: ResolveDeadLetters["action"], description: string): Command {
  return actionCommand(action, description, WHICH, (id, base, { body, rate, ...which }) => ({
    action,
    target: targetOf(id, which),
    ...(body !== undefined && { body: readText(body).text.trim() }),
    ...(rate !== undefined && { rate: Number(rate) }),
    ...base,
  }))
    .option("--subscriber <name>", "all of a workflow, reaction or other queue")
    .option("--all", "all dead letters")
    .option("--rate <count>", "messages per second (default: 10)");
}

function targetOf(
  deadLetter: string,
  { subscriber, all }: { subscriber?: string; all?: string },
): ResolveDeadLetters["target"] {
  const targets: ResolveDeadLetters["target"][] = [
    ...(deadLetter === "" ? [] : [{ deadLetter }]),
    ...(subscriber === undefined ? [] : [{ subscriber }]),
    ...(all === undefined ? [] : [{ all: "dead-letters" } as const]),
  ];
  if (targets.length === 1) return targets[0]!;
  throw new UsageError("Give the id of a dead letter, --subscriber <name>, or --all.");
}

function inShort(item: DeadLetterItem): string[] {
  const { id, subscriber, diedAt, reason } = item;
  return [`${id}  ${diedAt}  ${subscriber}: ${whatFor(item)}`, `  ${reason}`];
}

function inFull(item: DeadLetterItem): string[] {
  const { id, subscriber, queueUrl, receives, sentAt, diedAt, reason, resolved, edited, body } = item;
  return [
    `${id}  ${subscriber}: ${whatFor(item)}`,
    `sent ${sentAt}, dead-lettered ${diedAt} after ${receives} ${receives === 1 ? "receive" : "receives"}`,
    `from ${queueUrl || "an unknown queue"}`,
    reason,
    ...(resolved ? [`${resolved.as} by ${resolved.by} at ${resolved.at}: ${resolved.why}`] : []),
    "",
    ...(edited === undefined ? [] : ["Edited message:", edited, "", "Original message:"]),
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
