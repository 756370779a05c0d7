import { setTimeout as pause } from "node:timers/promises";
import { isEnded, type RunStatus } from "../lib/contract/table.ts";
import { progressOf } from "./progress.ts";
import type { Session } from "./session.ts";

const LOOK_EVERY = 400;

/** Prints what happens to a run, each line once, until it ends. Answers its end. */
export async function followRun(
  { reader }: Pick<Session, "reader">,
  run: string,
  print: (text: string) => void,
): Promise<RunStatus> {
  const printed = new Set<string>();
  for (;;) {
    const details = await reader.run(run);
    for (const { key, text } of details ? progressOf(details) : []) {
      if (!printed.has(key)) print(text);
      printed.add(key);
    }
    const status = details?.run.status;
    if (status && isEnded(status)) return status;
    await pause(LOOK_EVERY);
  }
}
