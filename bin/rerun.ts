import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { extname, join } from "node:path";
import { text } from "node:stream/consumers";
import type { HistoryEvent } from "../lib/contract/recording/history.ts";
import type { RerunRequest } from "../lib/contract/recording/request.ts";
import { UsageError } from "./explain.ts";

const ENTRY = join(import.meta.dirname, `../local/rerun${extname(import.meta.filename)}`);

/** Runs executions again on the local cloud, in a separate process, and returns their histories. */
export async function rerun(requests: readonly RerunRequest[]): Promise<HistoryEvent[][]> {
  if (!existsSync(ENTRY))
    throw new UsageError(
      `A replay needs the local cloud, which is not at ${ENTRY}. Run the command in a folder that contains "local/".`,
    );
  const child = spawn(process.execPath, [ENTRY], { stdio: ["pipe", "pipe", "pipe"] });
  // A process that exits early does not read all of its input; its output has the reason.
  child.stdin.on("error", () => {});
  child.stdin.end(JSON.stringify(requests));
  const [out, error, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve)),
  ]);
  if (code !== 0) throw new UsageError(`The replay failed. ${error.trim()}`);
  return (JSON.parse(out) as { events: HistoryEvent[] }[]).map(({ events }) => events);
}
