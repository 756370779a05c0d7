import { REPLAY_PREFIX } from "../../../lib/contract/items/replay.ts";
import type { ReplayItem } from "../../../lib/contract/table.ts";
import type { Replays } from "./ports.ts";

/**
 * The replay that has brought a message; undefined for any other message, and for replays that were not ordered here,
 * whose events are deliveries like any.
 */
export async function replayOf(
  body: string,
  { find }: Pick<Replays, "find">,
): Promise<ReplayItem | undefined> {
  // Nearly no message is of a replay: it need not be parsed to know so.
  if (!body.includes(REPLAY_PREFIX)) return undefined;
  const name = nameIn(body);
  return name?.startsWith(REPLAY_PREFIX) ? await find(name) : undefined;
}

/** The bus writes it beside `detail`, where no producer can. */
function nameIn(body: string): string | undefined {
  try {
    const { "replay-name": name } = Object(JSON.parse(body)) as { "replay-name"?: unknown };
    return typeof name === "string" ? name : undefined;
  } catch {
    return undefined;
  }
}
