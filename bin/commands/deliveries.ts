import { Command } from "commander";
import type { DeliveryItem } from "../../lib/contract/table.ts";
import { count } from "../count.ts";
import { UsageError } from "../explain.ts";
import { between, print, tabulate } from "../format.ts";
import { connect } from "../session.ts";

interface Options {
  overdue?: boolean;
  problems?: boolean;
  subscriber?: string;
  limit: number;
}

export function deliveries(): Command {
  return new Command("deliveries")
    .description("show who had to get an event and what became of it, or what nobody has taken up")
    .argument("[event]", 'the event\'s id, as "millrace send" prints it')
    .option("--overdue", "what subscribers have not taken up in time, of all events")
    .option("--problems", "that, and what failed, is dead or quarantined")
    .option("--subscriber <name>", "of one workflow or reaction alone")
    .option("--limit <count>", "at most so many", count, 20)
    .action(async (event: string | undefined, options: Options, command: Command) => {
      if (event !== undefined) return await showEvent(event, command);
      if (!options.overdue && !options.problems)
        throw new UsageError("Name an event by its id, or ask for what is --overdue or for all --problems.");
      await showProblems(options, command);
    });
}

async function showEvent(event: string, command: Command): Promise<void> {
  const { deliveries } = await connect(command);
  const found = await deliveries.ofEvent(event);
  if (found.length === 0) {
    print(
      `Nothing is known of an event "${event}". Of a new one, that may take a quarter of a minute; no subscriber whose deliveries are kept gets it otherwise.`,
    );
    return;
  }
  const { name, source, publishedAt } = found[0]!;
  print(`${name} from ${source}, published ${publishedAt}`);
  const now = Date.now();
  print(
    tabulate(
      ["SUBSCRIBER", "STATE", "AFTER", "RUN", "WHY"],
      found.map((delivery) => [
        delivery.subscriber,
        stateOf(delivery),
        delivery.publishedAt ? between(delivery.publishedAt, settledAt(delivery), now) : "",
        delivery.run ?? "",
        delivery.why ?? "",
      ]),
    ),
  );
}

async function showProblems({ problems, subscriber, limit }: Options, command: Command): Promise<void> {
  const { deliveries } = await connect(command);
  const kind = problems ? "problem" : "overdue";
  const { items, next } = await deliveries.list({ kind, subscriber, limit, after: undefined });
  if (items.length === 0) {
    print(
      problems ? "Every event that was published is taken up or waits for its turn." : "Nothing is overdue.",
    );
    return;
  }
  print(
    tabulate(
      ["SINCE", "EVENT", "NAME", "SUBSCRIBER", "STATE", "WHY"],
      items.map((delivery) => [
        delivery.listedAt ?? "",
        ...[delivery.event, delivery.name, delivery.subscriber],
        ...[stateOf(delivery), delivery.why ?? ""],
      ]),
    ),
  );
  if (next) print("There are more; --limit shows them.");
  if (items.some(isOverdue)) {
    print();
    print("Overdue: look whether the subscriber's rule is enabled, and at its function's log and its queue.");
    print(
      "What lies in the queue is handled once the function runs; what never came there, a replay brings.",
    );
  }
}

function isOverdue({ state, overdueAt }: DeliveryItem): boolean {
  return state === "published" && overdueAt !== undefined;
}

function stateOf(delivery: DeliveryItem): string {
  if (isOverdue(delivery)) return "overdue";
  const tries = delivery.attempts !== undefined && delivery.attempts > 1 ? `, try ${delivery.attempts}` : "";
  return `${delivery.state}${tries}${delivery.overdueAt ? ", was overdue" : ""}`;
}

function settledAt({ state, receivedAt, settledAt }: DeliveryItem): string | undefined {
  return state === "published" ? undefined : (settledAt ?? receivedAt);
}
