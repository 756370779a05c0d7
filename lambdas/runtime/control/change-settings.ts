import { type ControlTarget, settingsKey } from "../../../lib/contract/keys/control.ts";
import type { ChangeSettings, CommandOutcome } from "../../../lib/contract/messages/command.ts";
import type { Setting } from "../../../lib/contract/settings/setting.ts";
import type { StoredSettings } from "../../../lib/contract/settings/stored.ts";
import type { ControlItem, OperatorAction, SettingsItem } from "../../../lib/contract/table.ts";
import { type NextSettings, nextSettings } from "./next-settings.ts";
import type { ControlPorts, Keep } from "./ports.ts";
import { Refusal } from "./refusal.ts";

/**
 * Changes settings of a workflow, a reaction, a breaker or a shared limit. The new values, the revision for the history and
 * the command (`keep`) are one write. Throws a Refusal if a value or the revision is not accepted.
 */
export async function changeSettings(
  command: ChangeSettings,
  ports: ControlPorts,
  keep: Keep,
): Promise<CommandOutcome> {
  const [target, name] = Object.entries(command.target)[0] as [ControlTarget, string];
  const known = knownSettings(target, name, ports);
  const { values, revision, restore, by, why, key } = command;
  const restored = restore === undefined ? undefined : await valuesOf(target, name, restore, ports);
  const action: OperatorAction = { by, why, key, at: new Date(ports.now()).toISOString() };
  const set = { by, why, at: action.at };
  let next: NextSettings | undefined;
  const outcome = (): CommandOutcome => ({
    done: true,
    says: `${NAMES[target]} ${name}: ${describe(next!, known)}. This is revision ${next!.stored.revision}.`,
    revision: next!.stored.revision,
  });
  await ports.controls.change(
    target,
    name,
    (control) => {
      next = nextSettings(control.settings, { values, restored, revision }, known, set);
      return { ...control, settings: next.stored };
    },
    {
      command: () => keep(outcome()),
      settings: (after) => revisionItem(after, next!, action, restore),
    },
  );
  return outcome();
}

const NAMES: Record<ControlTarget, string> = {
  workflow: "Workflow",
  subscriber: "Reaction",
  breaker: "Breaker",
  limit: "Shared limit",
};

function knownSettings(target: ControlTarget, name: string, { settings }: ControlPorts): Setting[] {
  const known = settings[target];
  if (Object.hasOwn(known, name)) return known[name]!;
  const names = Object.keys(known).join(", ") || "none";
  throw new Refusal(`There is no ${NAMES[target].toLowerCase()} "${name}". Available: ${names}.`);
}

/** The values of a revision; those of revision 0 are the definition's. */
async function valuesOf(
  target: ControlTarget,
  name: string,
  revision: number,
  { controls }: ControlPorts,
): Promise<StoredSettings["values"]> {
  if (revision === 0) return {};
  const found = await controls.settings(target, name, revision);
  if (found) return found.values;
  throw new Refusal(
    `The settings of ${NAMES[target].toLowerCase()} ${name} have no revision ${revision}. "millrace settings history" lists them.`,
  );
}

function describe({ changes }: NextSettings, known: readonly Setting[]): string {
  return Object.entries(changes)
    .map(([name, { from, to }]) => {
      const own = known.find((setting) => setting.name === name)?.default;
      const said = (value: unknown) => (value === undefined ? `${own} (default)` : String(value));
      return `${name} is ${said(to)}, was ${said(from)}`;
    })
    .join("; ");
}

function revisionItem(
  { target, name, changedAt, expiresAt }: ControlItem,
  { stored, changes }: NextSettings,
  action: OperatorAction,
  restored: number | undefined,
): SettingsItem {
  return {
    ...settingsKey(target, name, stored.revision),
    kind: "settings",
    target,
    name,
    settings: stored.revision,
    ...(restored !== undefined && { restored }),
    changes,
    values: stored.values,
    ...action,
    revision: 1,
    changedAt,
    expiresAt,
  };
}
