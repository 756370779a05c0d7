import { REPLAY_PREFIX } from "../../../lib/contract/items/replay.ts";
import type { ReplayItem } from "../../../lib/contract/table.ts";
import type { Replays } from "./ports.ts";

/**
 * The replay that delivered a message; undefined for any other message, and for replays that were not started
 * here, whose events are normal deliveries.
 */
export async function replayOf(
  body: string,
  { find }: Pick<Replays, "find">,
): Promise<ReplayItem | undefined> {
  // Few messages belong to a replay: others need not be parsed.
  if (!body.includes(REPLAY_PREFIX)) return undefined;
  const name = nameIn(body);
  return name?.startsWith(REPLAY_PREFIX) ? await find(name) : undefined;
}

/** The bus writes it next to `detail`, where no producer can. */
function nameIn(body: string): string | undefined {
  try {
    const { "replay-name": name } = Object(JSON.parse(body)) as { "replay-name"?: unknown };
    return typeof name === "string" ? name : undefined;
  } catch {
    return undefined;
  }
}
