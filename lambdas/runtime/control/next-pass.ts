import type { LookAgain, Release } from "../../../lib/contract/messages/command.ts";
import type { ControlPorts } from "./ports.ts";

/** The time between two passes of which each handles a share. */
const PAUSE = 1_000;
/** After this time, the indexes contain everything. */
export const SECOND_LOOK = 60_000;

/** Sends the control function a reminder for the next pass: for the rest, or to search the index again. */
export async function nextPass(
  order: Release | LookAgain,
  isRestLeft: boolean,
  { remind }: Pick<ControlPorts, "remind">,
): Promise<void> {
  const { looks } = order;
  if (isRestLeft) await remind(order, PAUSE);
  else if (looks > 1) await remind({ ...order, looks: looks - 1 }, SECOND_LOOK);
}
