import { derivedEventId } from "../../../lib/contract/event-id.ts";
import { expiryAfter } from "../../../lib/contract/expiry.ts";
import { REPLAY_PREFIX } from "../../../lib/contract/items/replay.ts";
import { replayKey } from "../../../lib/contract/keys/replay.ts";
import type { CancelReplay, CommandOutcome, Replay } from "../../../lib/contract/messages/command.ts";
import type { OperatorAction, ReplayItem, RunItem } from "../../../lib/contract/table.ts";
import type { ControlPorts, Keep } from "./ports.ts";
import { Refusal } from "./refusal.ts";
import { planReplay, type ReplayPlan } from "./replay-plan.ts";
import { again } from "./run-actions.ts";

/** An event may reach the archive only this long after the bus, as AWS documents. */
const ARCHIVED_AFTER = 10 * 60 * 1000;

/** Delivers archived events again, or restarts one run. The same command twice is one replay. */
export async function replay(command: Replay, ports: ControlPorts, keep: Keep): Promise<CommandOutcome> {
  const { by, why, key } = command;
  const operatorAction: OperatorAction = { by, why, key, at: new Date(ports.now()).toISOString() };
  return "run" in command.target
    ? await replayRun(command.target.run, command, operatorAction, ports, keep)
    : await replayEvents(command, operatorAction, ports);
}

/** The run is the result of its event: it restarts without reading the archive. */
async function replayRun(
  run: string,
  command: Replay,
  operatorAction: OperatorAction,
  { runs, now }: ControlPorts,
  keep: Keep,
): Promise<CommandOutcome> {
  const found = await runs.read(run);
  if (!found) throw new Refusal(`There is no run "${run}".`);
  if (!command.again)
    throw new Refusal(
      `The event of run ${run} was handled: delivering it again would change nothing. Use "again" to restart the run, as a new epoch.`,
    );
  const transition = again(operatorAction, now());
  if (command.dry) {
    const { epoch } = transition(found);
    return { done: true, says: `Run ${run} would restart, as epoch ${epoch}.`, run };
  }
  const outcome = ({ epoch }: RunItem): CommandOutcome => ({
    done: true,
    says: `Run ${run} restarts, as epoch ${epoch}.`,
    run,
  });
  const changed = await runs.change(run, transition, { command: (after) => keep(outcome(after)) });
  return outcome(changed!);
}

async function replayEvents(
  command: Replay,
  operatorAction: OperatorAction,
  ports: ControlPorts,
): Promise<CommandOutcome> {
  const { replays, archiveDays, retentionDays } = ports;
  const now = ports.now();
  const plan = planReplay(command, await ports.queues.list(), { now, archiveDays });
  // Before the first event arrives, its subscribers must know the replay.
  const item = await replays.keep(itemOf(plan, command, operatorAction, now, retentionDays));
  if ((await replays.start(item, plan.rules)) === "too many")
    throw new Refusal(
      "The account has the maximum number of running replays: 10, unless AWS granted more. Wait until one ends.",
    );
  await replays.announce(item);
  return { done: true, says: describe(item, now), replay: item.replay };
}

function itemOf(
  plan: ReplayPlan,
  { again = false, dry = false, key }: Replay,
  requested: OperatorAction,
  now: number,
  retentionDays: number,
): ReplayItem {
  const { rules: _, ...about } = plan;
  const replay = `${REPLAY_PREFIX}${derivedEventId("replay", key)}`;
  return {
    ...replayKey(replay),
    kind: "replay",
    replay,
    requested,
    ...about,
    again,
    dry,
    counts: {},
    listedAt: requested.at,
    changedAt: requested.at,
    revision: 1,
    expiresAt: expiryAfter(now, retentionDays),
  };
}

function describe({ replay, from, to, subscribers, events, again, dry }: ReplayItem, now: number): string {
  const what = `${events.join(", ")} from ${from} to ${to} ${dry ? "would be delivered" : "are delivered"} to ${subscribers.join(", ")} again`;
  const how = dry
    ? "a dry run, which only counts"
    : again
      ? "completed work is restarted"
      : "completed work is skipped";
  const late =
    Date.parse(to) > now - ARCHIVED_AFTER
      ? " Events of the last 10 minutes may not be in the archive yet."
      : "";
  return `${what}; ${how}.${late} "millrace replays ${replay}" shows the outcomes.`;
}

/** Cancels a replay. Delivered events stay delivered. */
export async function cancelReplay(
  { target: { replay }, by, why, key }: CancelReplay,
  { replays, now }: Pick<ControlPorts, "replays" | "now">,
): Promise<CommandOutcome> {
  const operatorAction: OperatorAction = { by, why, key, at: new Date(now()).toISOString() };
  if ((await replays.cancel(replay, operatorAction)) === "over")
    throw new Refusal(`There is no replay "${replay}" to cancel: it has ended, or does not exist.`);
  return {
    done: true,
    says: `The replay ${replay} is cancelled; delivered events stay delivered.`,
    replay,
  };
}
