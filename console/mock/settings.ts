import type { SettingsRevisionView, SettingsView, SettingView } from "../src/api/types.ts";

const OWN: SettingView[] = [
  {
    name: "perKey.starts",
    about: "Maximum number of starts of a key in a period",
    affects: "now",
    value: 10,
    default: 10,
    type: "number",
    least: 1,
    most: 100,
    whole: true,
  },
  {
    name: "perKey.per",
    about: "The period of perKey.starts",
    affects: "now",
    value: "1 minute",
    default: "1 minute",
    type: "duration",
    least: "1 second",
    most: "1 day",
  },
  {
    name: "switches.fastPath",
    about: "Feature switch fastPath",
    affects: "new runs",
    value: false,
    default: false,
    type: "switch",
  },
];

/** The settings of one workflow, which remember what was set. */
export class MockSettings {
  private readonly now: () => number;
  private readonly revisions: (SettingsRevisionView & { values: SettingsView["settings"] })[] = [];

  constructor(now: () => number) {
    this.now = now;
  }

  get view(): SettingsView {
    return { revision: this.revisions.length, settings: this.revisions.at(-1)?.values ?? OWN };
  }

  get history(): SettingsRevisionView[] {
    return this.revisions.map(({ values: _, ...revision }) => revision).reverse();
  }

  /** Answers what is wrong, if anything is. */
  set(values: Record<string, SettingView["value"] | null>, why: string, seen?: number): string | undefined {
    const next = this.view.settings.map((one): SettingView => {
      const { set: _, ...setting } = one;
      const value = values[one.name];
      if (value === undefined) return one;
      return value === null
        ? { ...setting, value: one.default }
        : { ...setting, value, set: { value, ...this.by(why) } };
    });
    return this.write(next, why, seen);
  }

  restore(revision: number, why: string, seen?: number): string | undefined {
    return this.write(this.revisions[revision - 1]?.values ?? OWN, why, seen, revision);
  }

  private write(next: SettingView[], why: string, seen?: number, restored?: number): string | undefined {
    const { revision, settings } = this.view;
    if (seen !== undefined && seen !== revision)
      return `The settings are at revision ${revision}, and the command is about revision ${seen}.`;
    const changes = next.flatMap(({ name, set }, at) => {
      const from = settings[at]!.set?.value;
      return from === set?.value
        ? []
        : [{ name, ...(from !== undefined && { from }), ...(set && { to: set.value }) }];
    });
    this.revisions.push({
      revision: revision + 1,
      ...this.by(why),
      changes,
      values: next,
      ...(restored !== undefined && { restored }),
    });
    return undefined;
  }

  private by(why: string) {
    return { by: "token", why, at: new Date(this.now()).toISOString() };
  }
}
