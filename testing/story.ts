import { storyOf } from "../lib/contract/log/log-order.ts";
import { describeFailure } from "../lib/contract/runs/run-failure.ts";
import type { LogItem } from "../lib/contract/table.ts";

/** The log of a run as text, for messages of failed tests. */
export function storyText(run: string, entries: LogItem[]): string {
  const lines = storyOf(entries).map(({ at, name, path, state }) => {
    const failure = state && "failure" in state ? state.failure : undefined;
    const why =
      failure === undefined
        ? ""
        : "cause" in failure
          ? describeFailure(failure).summary
          : `${failure.name}: ${failure.message}${failure.location ? ` (${failure.location})` : ""}`;
    return `  ${[at, name.padEnd(20), path, why].filter(Boolean).join("  ").trimEnd()}`;
  });
  return [run, ...lines].join("\n");
}
