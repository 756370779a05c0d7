import type { Kernel } from "../kernel/kernel.ts";
import type { BusEvent } from "./event.ts";
import { parsePattern, RuleIndex } from "./pattern/index.ts";
import type { Target } from "./targets.ts";

/** A compiled rule. */
export interface RoutedRule {
  bus: string;
  name: string;
  arn: string;
  targets: Target[];
}

interface Routes {
  rules: Map<string, RoutedRule>;
  /** Rules, and the names of archives: each event is compared with both at once. */
  index: RuleIndex<RoutedRule | string>;
}

interface RuleSettings {
  EventPattern?: string;
  State?: string;
}

/** Matches everything except replayed events. */
const EVERYTHING = { "replay-name": [{ exists: false }] };

/**
 * Which rules and archives of a bus match an event: compiled from the tables at a bus's first event, cached
 * until a change.
 */
export class Router {
  private readonly kernel: Kernel;
  private readonly buses = new Map<string, Routes>();

  constructor(kernel: Kernel) {
    this.kernel = kernel;
  }

  ruleArn(bus: string, name: string): string {
    return this.kernel.arn("events", bus === "default" ? `rule/${name}` : `rule/${bus}/${name}`);
  }

  /** The rules whose pattern matches, and the names of the archives that store the event. */
  match(bus: string, event: BusEvent): { rules: RoutedRule[]; archives: string[] } {
    const matched = this.routes(bus).index.match(event);
    const isNew = event["replay-name"] === undefined;
    return {
      rules: matched.filter((one) => typeof one !== "string"),
      archives: isNew ? matched.filter((one) => typeof one === "string") : [],
    };
  }

  /** The rule with its targets, whether it has a pattern or not. */
  rule(bus: string, name: string): RoutedRule | undefined {
    return this.routes(bus).rules.get(name);
  }

  /** To be called after each change of a rule or its targets. */
  ruleChanged(bus: string, name: string): void {
    const routes = this.buses.get(bus);
    if (!routes) return;
    const row = this.kernel.store.get<{ settings: string }>(
      "SELECT settings FROM events_rule WHERE bus = ? AND name = ?",
      bus,
      name,
    );
    const before = routes.rules.get(name);
    if (before) routes.index.remove(before);
    routes.rules.delete(name);
    if (row) this.addRule(routes, bus, name, JSON.parse(row.settings));
  }

  /** To be called after each change of the targets alone, which does not change the patterns. */
  targetsChanged(bus: string, name: string): void {
    const rule = this.buses.get(bus)?.rules.get(name);
    if (rule) rule.targets = this.targetsOf(bus, name);
  }

  /** To be called after each change of an archive. */
  archiveChanged(bus: string, name: string): void {
    const routes = this.buses.get(bus);
    if (!routes) return;
    const row = this.kernel.store.get<{ settings: string }>(
      "SELECT settings FROM events_archive WHERE name = ?",
      name,
    );
    routes.index.remove(name);
    if (row) addArchive(routes, name, JSON.parse(row.settings));
  }

  busDeleted(bus: string): void {
    this.buses.delete(bus);
  }

  private routes(bus: string): Routes {
    const known = this.buses.get(bus);
    if (known) return known;
    const routes: Routes = { rules: new Map(), index: new RuleIndex() };
    const { store } = this.kernel;
    for (const { name, settings } of store.all("SELECT name, settings FROM events_rule WHERE bus = ?", bus)) {
      this.addRule(routes, bus, name, JSON.parse(settings));
    }
    for (const { name, settings } of store.all(
      "SELECT name, settings FROM events_archive WHERE bus = ?",
      bus,
    )) {
      addArchive(routes, name, JSON.parse(settings));
    }
    this.buses.set(bus, routes);
    return routes;
  }

  private addRule(routes: Routes, bus: string, name: string, { EventPattern, State }: RuleSettings): void {
    const rule = { bus, name, arn: this.ruleArn(bus, name), targets: this.targetsOf(bus, name) };
    routes.rules.set(name, rule);
    if (EventPattern !== undefined && State !== "DISABLED")
      routes.index.add(rule, parsePattern(EventPattern));
  }

  private targetsOf(bus: string, rule: string): Target[] {
    return this.kernel.store
      .all<{ settings: string }>(
        "SELECT settings FROM events_target WHERE bus = ? AND rule = ? ORDER BY id",
        bus,
        rule,
      )
      .map(({ settings }) => JSON.parse(settings));
  }
}

function addArchive(routes: Routes, name: string, { EventPattern }: { EventPattern?: string }): void {
  routes.index.add(name, parsePattern(EventPattern ?? EVERYTHING));
}
