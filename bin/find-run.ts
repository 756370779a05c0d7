import type { RunDetails } from "../lambdas/runtime/ports/readers.ts";
import { UsageError } from "./explain.ts";
import type { Session } from "./session.ts";

/** Maximum number of runs that are searched for a beginning of an id. */
const MOST = 20;

/** A run by its id or the beginning of its id. Throws a UsageError if there is none, or several. */
export async function findRun(session: Pick<Session, "reader" | "search">, id: string): Promise<RunDetails> {
  const exact = await session.reader.run(id);
  if (exact) return exact;
  const { items } = await session.search({ text: id }, MOST);
  const [first, ...others] = items.map(({ run }) => run).filter((run) => run.startsWith(id));
  if (first === undefined) throw new UsageError(unknownRun(id));
  if (others.length > 0)
    throw new UsageError(
      `Several runs begin with "${id}": ${[first, ...others].join(", ")}. Give more of the id.`,
    );
  return (await session.reader.run(first))!;
}

export function unknownRun(id: string): string {
  return `There is no run "${id}". "millrace runs" lists them.`;
}
