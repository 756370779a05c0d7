import { Command } from "commander";
import { revisionView, settingsView } from "../../lambdas/runtime/api/views/settings.ts";
import type { SettingsRevisionView, SettingView } from "../../lib/contract/api/index.ts";
import type { ControlTarget } from "../../lib/contract/keys/control.ts";
import type { ChangeSettings } from "../../lib/contract/messages/command.ts";
import type { Setting, SettingValue } from "../../lib/contract/settings/setting.ts";
import { settingsCatalogue } from "../../lib/index.ts";
import { actionCommand } from "../action.ts";
import { answer } from "../answer.ts";
import { count } from "../count.ts";
import { reactions, workflows } from "../definitions.ts";
import { UsageError } from "../explain.ts";
import { tabulate } from "../format.ts";
import { connect } from "../session.ts";

export function settings(): Command {
  return new Command("settings")
    .description(
      "show the settings of a workflow, a reaction, a breaker or a shared limit; change them without a deployment",
    )
    .addCommand(list(), { isDefault: true })
    .addCommand(set())
    .addCommand(reset())
    .addCommand(restore())
    .addCommand(history());
}

const NAME: [string, string] = [
  "<name>",
  "name of a workflow or a reaction; with --breaker or --shared-limit, of one of these",
];
const BREAKER: [string, string] = ["--breaker", "the name is that of a breaker"];
const LIMIT: [string, string] = ["--shared-limit", "the name is that of a shared limit"];

interface Which {
  breaker?: boolean | string;
  sharedLimit?: boolean | string;
}

function list(): Command {
  return new Command("list")
    .description("list values, defaults and ranges, and who set them")
    .argument(...NAME)
    .option(...BREAKER)
    .option(...LIMIT)
    .action(async (name: string, options: Which, command: Command) => {
      const [target, known] = find(name, options);
      const { settings } = await connect(command.parent!);
      const view = settingsView(known, await settings.current(target, name));
      answer(command, view, () =>
        view.settings.length === 0
          ? `${name} has no settings.`
          : tabulate(["SETTING", "VALUE", "DEFAULT", "RANGE", "SET BY"], view.settings.map(row)),
      );
    });
}

function row({ name, value, default: own, set, restricted, ...range }: SettingView): string[] {
  const limited = restricted ? ` (${set!.value} is outside of the range)` : "";
  return [
    name,
    `${value}${limited}`,
    String(own),
    rangeOf(range),
    set ? `${set.by} at ${set.at}: ${set.why}` : "",
  ];
}

function rangeOf({ type, least, most, choices }: Pick<SettingView, "type" | "least" | "most" | "choices">) {
  if (type === "switch") return "true, false";
  return choices ? choices.join(", ") : `${least} to ${most}`;
}

function set(): Command {
  return actionCommand(
    "set",
    "set a value in place of the definition's",
    NAME,
    (name, base, options, [setting, value]) => {
      const [target, known] = find(name, options);
      return command(target, name, { values: { [setting!]: read(known, setting!, value!) } }, base, options);
    },
  )
    .argument("<setting>", 'name of the setting, such as "perKey.starts"')
    .argument("<value>", "number, duration, true or false, or choice")
    .option(...BREAKER)
    .option(...LIMIT)
    .option(...SEEN)
    .addHelpText(
      "after",
      '\nExample:\n  millrace settings set index-document perKey.starts 5 --why "the API limits us"',
    );
}

function reset(): Command {
  return actionCommand(
    "reset",
    "return to the value of the definition: of one setting, or of all",
    NAME,
    (name, base, options, [setting]) => {
      const [target] = find(name, options);
      const change = setting === undefined ? { restore: 0 } : { values: { [setting]: null } };
      return command(target, name, change, base, options);
    },
  )
    .argument("[setting]", "name of the setting (default: all)")
    .option(...BREAKER)
    .option(...LIMIT)
    .option(...SEEN);
}

function restore(): Command {
  return actionCommand(
    "restore",
    "return to the values of an earlier revision",
    NAME,
    (name, base, options, [revision]) => {
      const [target] = find(name, options);
      return command(target, name, { restore: revisionOf(revision!) }, base, options);
    },
  )
    .argument("<revision>", 'number of the revision, as "millrace settings history" lists it')
    .option(...BREAKER)
    .option(...LIMIT)
    .option(...SEEN);
}

const SEEN: [string, string] = [
  "--revision <number>",
  "the revision that you saw: if there is a later one, nothing is changed",
];

function history(): Command {
  return new Command("history")
    .description("list changes, newest first: who, when, why, and the values before and after")
    .argument(...NAME)
    .option(...BREAKER)
    .option(...LIMIT)
    .option("--limit <count>", "maximum number of entries", count, 20)
    .action(async (name: string, options: Which & { limit: number }, command: Command) => {
      const [target] = find(name, options);
      const { settings } = await connect(command.parent!);
      const items = (await settings.history(target, name, options.limit)).map(revisionView);
      answer(command, items, () =>
        items.length === 0
          ? `The settings of ${name} were never changed.`
          : tabulate(["REVISION", "AT", "BY", "CHANGES", "WHY"], items.map(revisionRow)),
      );
    });
}

function revisionRow({ revision, at, by, why, changes, restored }: SettingsRevisionView): string[] {
  const said = (value: SettingValue | undefined) => String(value ?? "default");
  const all = changes.map(({ name, from, to }) => `${name}: ${said(from)} → ${said(to)}`).join(", ");
  return [
    String(revision),
    at,
    by,
    restored === undefined ? all : `${all} (as in revision ${restored})`,
    why,
  ];
}

/** The number of a revision from its text; 0 are the definition's values. */
function revisionOf(text: string): number {
  const number = Number(text);
  if (text.trim() !== "" && Number.isInteger(number) && number >= 0) return number;
  throw new UsageError(
    `"${text}" is not the number of a revision. "millrace settings history <name>" lists them.`,
  );
}

/** What a name means, and its settings by the definitions of this folder. */
function find(name: string, which: Which): [ControlTarget, Setting[]] {
  const catalogue = settingsCatalogue(workflows, reactions);
  const [targets, kind] = targetsOf(which);
  const target = targets.find((one) => catalogue[one][name]);
  if (target) return [target, catalogue[target][name]!];
  const names = targets.flatMap((one) => Object.keys(catalogue[one]));
  throw new UsageError(`There is no ${kind} "${name}". Available: ${names.join(", ") || "none"}.`);
}

function targetsOf({ breaker, sharedLimit }: Which): [ControlTarget[], string] {
  if (breaker) return [["breaker"], "breaker"];
  return sharedLimit ? [["limit"], "shared limit"] : [["workflow", "subscriber"], "workflow or reaction"];
}

/** The value of a setting from its text. */
function read(known: readonly Setting[], name: string, text: string): SettingValue {
  const setting = known.find((one) => one.name === name);
  if (!setting)
    throw new UsageError(
      `There is no setting "${name}". Available: ${known.map((one) => one.name).join(", ") || "none"}.`,
    );
  const { type } = setting.range;
  if (type === "number" && text.trim() !== "" && Number.isFinite(Number(text))) return Number(text);
  return type === "switch" && (text === "true" || text === "false") ? text === "true" : text;
}

function command(
  target: ControlTarget,
  name: string,
  change: Pick<ChangeSettings, "values" | "restore">,
  base: Pick<ChangeSettings, "by" | "why" | "key">,
  { revision }: { revision?: string },
): ChangeSettings {
  return {
    action: "set",
    target: { [target]: name } as ChangeSettings["target"],
    ...change,
    ...(revision !== undefined && { revision: revisionOf(revision) }),
    ...base,
  };
}
