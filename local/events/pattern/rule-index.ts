import { collectFields } from "./fields.ts";
import type { Scalar } from "./json.ts";
import { satisfies } from "./match.ts";
import type { Alternative } from "./parse.ts";
import { UsedPaths } from "./used-paths.ts";

interface Entry<Rule> {
  rule: Rule;
  /** Position among the rules, in the order they were added. */
  order: number;
  alternative: Alternative;
}

type Entries<Rule> = Set<Entry<Rule>>;

/** The index key of an entry: a field's value, or the first `length` characters of a text. */
interface Place {
  path: string;
  key: Scalar;
  /** 0 for whole values. */
  length: number;
}

/**
 * Many patterns, matched against an event at a cost that does not grow with their number: each alternative of
 * a pattern is indexed by one of its conditions (exact values, or the prefix of a text; the condition whose
 * keys are the rarest), so that only patterns with a common key, and those without any key, are compared with
 * an event.
 */
export class RuleIndex<Rule> {
  private readonly files = new Map<string, Map<number, Map<Scalar, Entries<Rule>>>>();
  private readonly unfiled: Entries<Rule> = new Set();
  private readonly rules = new Map<Rule, { entry: Entry<Rule>; places: Place[] }[]>();
  private readonly used = new UsedPaths();
  private added = 0;

  add(rule: Rule, alternatives: Alternative[]): void {
    this.remove(rule);
    const order = this.added++;
    const filed = alternatives.map((alternative) => {
      const entry = { rule, order, alternative };
      const places = this.emptiestPlaces(alternative);
      for (const place of places) this.file(entry, place);
      if (places.length === 0) this.unfiled.add(entry);
      for (const { path } of alternative) this.used.count(path, 1);
      return { entry, places };
    });
    this.rules.set(rule, filed);
  }

  remove(rule: Rule): void {
    for (const { entry, places } of this.rules.get(rule) ?? []) {
      for (const place of places) this.unfile(entry, place);
      this.unfiled.delete(entry);
      for (const { path } of entry.alternative) this.used.count(path, -1);
    }
    this.rules.delete(rule);
  }

  /** The rules that match, in the order they were added. */
  match(event: unknown): Rule[] {
    if (this.rules.size === 0) return [];
    const fields = collectFields(event, this.used);
    const matched = new Map<number, Rule>();
    const compare = (candidates: Entries<Rule>) => {
      for (const { order, alternative, rule } of candidates)
        if (!matched.has(order) && satisfies(alternative, fields)) matched.set(order, rule);
    };
    compare(this.unfiled);
    for (const [path, values] of fields) {
      for (const [length, entries] of this.files.get(path) ?? []) {
        for (const { value } of values) {
          const key = length === 0 || typeof value !== "string" ? value : value.slice(0, length);
          const candidates = entries.get(key);
          if (candidates) compare(candidates);
        }
      }
    }
    return [...matched].sort(([a], [b]) => a - b).map(([, rule]) => rule);
  }

  /** The keys of the condition with the rarest keys; none if no condition can be indexed. */
  private emptiestPlaces(alternative: Alternative): Place[] {
    let emptiest: Place[] = [];
    let fewest = Number.POSITIVE_INFINITY;
    for (const { path, tests, absent } of alternative) {
      const places = tests.flatMap(({ exactly, begins }): Place[] => {
        if (exactly !== undefined) return [{ path, key: exactly, length: 0 }];
        return begins === undefined ? [] : [{ path, key: begins, length: begins.length }];
      });
      if (absent || places.length < tests.length) continue;
      const crowd = Math.max(...places.map((place) => this.entriesAt(place)?.size ?? 0));
      if (crowd >= fewest) continue;
      fewest = crowd;
      emptiest = places;
    }
    return emptiest;
  }

  private entriesAt({ path, key, length }: Place): Entries<Rule> | undefined {
    return this.files.get(path)?.get(length)?.get(key);
  }

  private file(entry: Entry<Rule>, { path, key, length }: Place): void {
    const lengths = getOrAdd(this.files, path, () => new Map<number, Map<Scalar, Entries<Rule>>>());
    const keys = getOrAdd(lengths, length, () => new Map<Scalar, Entries<Rule>>());
    getOrAdd(keys, key, () => new Set<Entry<Rule>>()).add(entry);
  }

  private unfile(entry: Entry<Rule>, place: Place): void {
    const entries = this.entriesAt(place);
    if (!entries?.delete(entry) || entries.size > 0) return;
    const lengths = this.files.get(place.path)!;
    const keys = lengths.get(place.length)!;
    keys.delete(place.key);
    if (keys.size === 0) lengths.delete(place.length);
    if (lengths.size === 0) this.files.delete(place.path);
  }
}

function getOrAdd<Key, Value>(map: Map<Key, Value>, key: Key, create: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const created = create();
  map.set(key, created);
  return created;
}
