import { randomUUID } from "node:crypto";
import { userInfo } from "node:os";
import { Command } from "commander";
import type { Command as Order } from "../lib/contract/command.ts";
import { UsageError } from "./explain.ts";
import { print } from "./format.ts";
import { connect } from "./session.ts";

/** What every order says of itself. */
type Said = Pick<Order, "by" | "why" | "key">;

/** A command that orders something: with who wants it, and why. `order` makes the order of the arguments. */
export function ordering(
  name: string,
  description: string,
  [argument, what]: [string, string],
  order: (target: string, said: Said, options: Record<string, string>) => Order | Promise<Order>,
): Command {
  return new Command(name)
    .description(description)
    .argument(argument, what)
    .option("--why <text>", "why, as the history will tell", "not said")
    .option("--as <person>", "who orders it", userInfo().username)
    .option(
      "--key <key>",
      "idempotency key: the same order again under the same key does nothing",
      randomUUID(),
    )
    .action(async (target: string, options: Record<string, string>, command: Command) => {
      const { why, as: by, key } = options as { why: string; as: string; key: string };
      const given = await order(target, { by, why, key }, options);
      const { control } = await connect(command);
      const outcome = await control(given);
      if (!outcome.done) throw new UsageError(outcome.says);
      print(outcome.says);
    });
}
