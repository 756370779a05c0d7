import type { BreakerSpec } from "../contract/breaker.ts";
import type { ReactionSpec } from "../contract/reaction.ts";
import { stepSettings } from "../contract/settings/attempts.ts";
import type { SettingsCatalogue } from "../contract/settings/catalogue.ts";
import {
  breakerSettings,
  limitSettings,
  reactionSettings,
  workflowSettings,
} from "../contract/settings/declared.ts";
import { limited, refuseLimits } from "../contract/settings/limits.ts";
import type { Setting } from "../contract/settings/setting.ts";
import { aboutWorkflow } from "./about-workflow.ts";
import { stepsOf } from "./composition.ts";
import { sharedLimitsOf } from "./shared-limits.ts";
import type { Workflow } from "./workflow.ts";

/** All settings of a workflow. Throws a DefinitionError for limits that it cannot have. */
export function settingsOf(workflow: Workflow): Setting[] {
  const own = workflowSettings({ ...workflow, settings: undefined });
  const all = [...own, ...stepSettings(stepsOf(workflow))];
  return aboutWorkflow(workflow, () => {
    const settings = limited(all, workflow.settings);
    refuseLimits(workflow, all, settings);
    return settings;
  });
}

/** The settings of an app, by what they belong to. */
export function settingsCatalogue(
  workflows: readonly Workflow[],
  reactions: readonly ReactionSpec[],
): SettingsCatalogue {
  const breakers = [...workflows.flatMap(stepsOf), ...reactions].flatMap(({ breaker }) => breaker ?? []);
  return {
    workflow: byName(workflows, settingsOf),
    subscriber: byName(reactions, reactionSettings),
    breaker: byName<BreakerSpec>(breakers, breakerSettings),
    limit: byName(
      [...sharedLimitsOf(workflows)].map(([, { limit }]) => limit),
      limitSettings,
    ),
  };
}

function byName<Defined extends { readonly name: string }>(
  all: readonly Defined[],
  settings: (one: Defined) => Setting[],
): Record<string, Setting[]> {
  return Object.fromEntries(all.map((one) => [one.name, settings(one)]));
}
