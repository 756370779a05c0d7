import { Command } from "commander";
import type { DeliveryItem } from "../../lib/contract/table.ts";
import { wantsJson } from "../answer.ts";
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
    .description("show the deliveries of an event, or those that are overdue")
    .argument("[event]", 'the event\'s id, as "millrace send" prints it')
    .option("--overdue", "overdue deliveries of all events")
    .option("--problems", "deliveries that are overdue, failed, dead-lettered or quarantined")
    .option("--subscriber <name>", "only of this workflow or reaction")
    .option("--limit <count>", "maximum number of entries", count, 20)
    .action(async (event: string | undefined, options: Options, command: Command) => {
      if (event !== undefined) return await showEvent(event, command);
      if (!options.overdue && !options.problems)
        throw new UsageError("Give the id of an event, or use --overdue or --problems.");
      await showProblems(options, command);
    });
}

async function showEvent(event: string, command: Command): Promise<void> {
  const { deliveries } = await connect(command);
  const found = await deliveries.ofEvent(event);
  if (found.length === 0)
    throw new UsageError(
      `The ledger has no event "${event}". A new event can take 15 seconds to appear; otherwise it has no subscriber with a ledger.`,
    );
  if (wantsJson(command)) return print(JSON.stringify(found, null, 2));
  const { name, source, publishedAt } = found[0]!;
  print(`${name} from ${source}, published ${publishedAt}`);
  const now = Date.now();
  print(
    tabulate(
      ["SUBSCRIBER", "STATE", "AFTER", "RUN", "WHY"],
      found.map((delivery) => [
        delivery.subscriber,
        stateOf(delivery),
        delivery.publishedAt ? between(delivery.publishedAt, concludedAt(delivery), now) : "",
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
  if (wantsJson(command)) return print(JSON.stringify(items, null, 2));
  if (items.length === 0) {
    print(problems ? "All published events were received." : "No overdue deliveries.");
    return;
  }
  print(
    tabulate(
      ["SINCE", "EVENT", "NAME", "SUBSCRIBER", "STATE", "WHY"],
      items.map((delivery) => [
        delivery.listedAt ?? "",
        delivery.event,
        delivery.name,
        delivery.subscriber,
        stateOf(delivery),
        delivery.why ?? "",
      ]),
    ),
  );
  if (next) print("There are more. Use --limit to show them.");
  if (items.some(isOverdue)) {
    print();
    print("Overdue: check that the subscriber's rule is enabled, then its function's log and its queue.");
    print(
      "Messages in the queue are handled when the function works again. To deliver events that never reached the queue, replay them.",
    );
  }
}

function isOverdue({ state, overdueAt }: DeliveryItem): boolean {
  return state === "published" && overdueAt !== undefined;
}

function stateOf(delivery: DeliveryItem): string {
  if (isOverdue(delivery)) return "overdue";
  const tries =
    delivery.attempts !== undefined && delivery.attempts > 1 ? `, attempt ${delivery.attempts}` : "";
  return `${delivery.state}${tries}${delivery.overdueAt ? ", was overdue" : ""}`;
}

function concludedAt({ state, receivedAt, concludedAt }: DeliveryItem): string | undefined {
  return state === "published" ? undefined : (concludedAt ?? receivedAt);
}
