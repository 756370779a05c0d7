import { collectFields, type Fields } from "./fields.ts";
import { isRawNumber, type Scalar } from "./json.ts";
import { satisfies } from "./match.ts";
import type { Alternative, Condition } from "./parse.ts";

interface Entry<Rule> {
  rule: Rule;
  /** Position among the rules, in the order they were added. */
  order: number;
  alternative: Alternative;
}

type Entries<Rule> = Set<Entry<Rule>>;

/** Where an entry is filed. */
interface Place {
  path: string;
  value: Scalar;
}

/**
 * Many patterns, matched against an event at a cost that does not grow with their number: each alternative of a
 * pattern is filed under the values of one of its conditions that asks for exact values (the one that the
 * fewest others share), so that an event meets only the patterns that share such a value with it, and those that have none.
 */
export class RuleIndex<Rule> {
  private readonly byValue = new Map<string, Map<Scalar, Entries<Rule>>>();
  private readonly unfiled: Entries<Rule> = new Set();
  private readonly rules = new Map<Rule, { entry: Entry<Rule>; places: Place[] }[]>();
  /** How many conditions need each path or something below it. */
  private readonly used = new Map<string, number>();
  private added = 0;

  add(rule: Rule, alternatives: Alternative[]): void {
    this.remove(rule);
    const order = this.added++;
    const filed = alternatives.map((alternative) => {
      const entry = { rule, order, alternative };
      const places = this.emptiestPlaces(alternative);
      for (const place of places) this.file(entry, place);
      if (places.length === 0) this.unfiled.add(entry);
      this.count(alternative, 1);
      return { entry, places };
    });
    this.rules.set(rule, filed);
  }

  remove(rule: Rule): void {
    for (const { entry, places } of this.rules.get(rule) ?? []) {
      for (const place of places) this.unfile(entry, place);
      this.unfiled.delete(entry);
      this.count(entry.alternative, -1);
    }
    this.rules.delete(rule);
  }

  /** The rules that match, in the order they were added. */
  match(event: unknown): Rule[] {
    if (this.rules.size === 0) return [];
    const fields = collectFields(event, (path) => this.used.has(path));
    const matched = new Map<number, Rule>();
    for (const entry of this.candidates(fields)) {
      if (!matched.has(entry.order) && satisfies(entry.alternative, fields))
        matched.set(entry.order, entry.rule);
    }
    return [...matched].sort(([a], [b]) => a - b).map(([, rule]) => rule);
  }

  private *candidates(fields: Fields): Generator<Entry<Rule>> {
    yield* this.unfiled;
    for (const [path, values] of fields) {
      const entries = this.byValue.get(path);
      if (!entries) continue;
      for (const { value } of values) {
        if (!isRawNumber(value)) yield* entries.get(value) ?? [];
      }
    }
  }

  /** The values of the condition that the fewest others share; none where no condition asks for exact values only. */
  private emptiestPlaces(alternative: Alternative): Place[] {
    let emptiest: Place[] = [];
    let fewest = Number.POSITIVE_INFINITY;
    for (const { path, tests, absent } of alternative) {
      const values = tests.flatMap(({ exactly }) => (exactly === undefined ? [] : [exactly]));
      if (absent || values.length < tests.length) continue;
      const crowd = Math.max(...values.map((value) => this.byValue.get(path)?.get(value)?.size ?? 0));
      if (crowd >= fewest) continue;
      fewest = crowd;
      emptiest = values.map((value) => ({ path, value }));
    }
    return emptiest;
  }

  private file(entry: Entry<Rule>, { path, value }: Place): void {
    const values = this.byValue.get(path) ?? new Map<Scalar, Entries<Rule>>();
    this.byValue.set(path, values);
    const entries = values.get(value) ?? new Set();
    values.set(value, entries);
    entries.add(entry);
  }

  private unfile(entry: Entry<Rule>, { path, value }: Place): void {
    const values = this.byValue.get(path);
    const entries = values?.get(value);
    entries?.delete(entry);
    if (entries?.size === 0) values!.delete(value);
    if (values?.size === 0) this.byValue.delete(path);
  }

  private count(conditions: Condition[], by: number): void {
    for (const { path } of conditions) {
      for (const part of pathsTo(path)) {
        const count = (this.used.get(part) ?? 0) + by;
        if (count === 0) this.used.delete(part);
        else this.used.set(part, count);
      }
    }
  }
}

/** "a", "a.b", "a.b.c" for "a.b.c". */
export function pathsTo(path: string): string[] {
  const paths = [path];
  for (let dot = path.indexOf("."); dot >= 0; dot = path.indexOf(".", dot + 1))
    paths.push(path.slice(0, dot));
  return paths;
}
