import type { Dice } from "./dice.ts";

/** Texts at which parsers stumble. */
const TEXTS = [
  "",
  " ",
  "\0",
  "\n",
  "a",
  "0",
  "-1",
  "1e999",
  "NaN",
  "null",
  "true",
  "__proto__",
  "constructor",
  "toString",
  "\ud800",
  "\u{1f600}",
  "é",
  "\u2028",
  "../..",
  "%00",
  "%",
  "%zz",
  "$",
  "$.",
  "$$",
  "<",
  "<x>",
  "{%",
  "{% %}",
  "a".repeat(300),
  "a".repeat(70_000),
  "(".repeat(5000),
  "[".repeat(5000),
  "*".repeat(2000),
  "a*".repeat(500),
  "9".repeat(400),
  "arn:aws:sqs:us-east-1:000000000000:q",
  "arn:aws:::::",
  "2026-01-01T00:00:00Z",
  "2026-99-99",
];
const NUMBERS = [0, -0, 1, -1, 0.5, 1e21, -1e308, 2 ** 31, 2 ** 53, 5e-324, 1e-7, 10, 256];

export const text = (dice: Dice): string =>
  dice.chance(0.7)
    ? dice.pick(TEXTS)
    : String.fromCharCode(...dice.some(12, () => dice.below(dice.chance(0.8) ? 128 : 65536)));

/** Any JSON value. */
export function value(dice: Dice, depth = 0): unknown {
  const kind = dice.below(depth > 4 ? 4 : 7);
  if (kind === 0) return text(dice);
  if (kind === 1) return dice.pick(NUMBERS);
  if (kind === 2) return dice.pick([true, false, null]);
  if (kind === 3) return dice.pick<unknown>([[], {}, [[]], [null], { a: [] }]);
  if (kind === 4) return dice.some(4, () => value(dice, depth + 1));
  if (kind === 5) return nested(dice.pick([10, 100, 3000]), dice.chance(0.5));
  return Object.fromEntries(dice.some(4, () => [text(dice), value(dice, depth + 1)]));
}

/** As deep as that. */
function nested(depth: number, lists: boolean): unknown {
  let result: unknown = "deep";
  for (let n = 0; n < depth; n++) result = lists ? [result] : { a: result };
  return result;
}

/** A copy in which a few places are something else. */
export function mutated(dice: Dice, original: unknown, rate = 0.08): unknown {
  if (dice.chance(rate)) return dice.chance(0.5) ? value(dice) : twisted(dice, original);
  if (Array.isArray(original)) {
    const items = original.map((item) => mutated(dice, item, rate));
    if (dice.chance(rate)) items.push(...items);
    return items;
  }
  if (typeof original === "object" && original !== null) {
    const entries = Object.entries(original)
      .filter(() => !dice.chance(rate / 2))
      .map(([name, item]) => [dice.chance(rate / 4) ? text(dice) : name, mutated(dice, item, rate)]);
    if (dice.chance(rate / 2)) entries.push([text(dice), value(dice)]);
    return Object.fromEntries(entries);
  }
  if (typeof original === "string" && dice.chance(rate * 2)) return scrambled(dice, original);
  return original;
}

/** The same in another type. */
function twisted(dice: Dice, original: unknown): unknown {
  return dice.pick<unknown>([
    [original],
    { S: original },
    JSON.stringify(original),
    typeof original === "object" ? 0 : String(original),
    typeof original === "object" ? "" : Number(original),
    null,
  ]);
}

/** A text with something added, left out, doubled or exchanged. */
export function scrambled(dice: Dice, original: string): string {
  const at = dice.below(original.length + 1);
  const to = Math.min(original.length, at + 1 + dice.below(6));
  return dice.pick([
    () => original.slice(0, at) + text(dice) + original.slice(at),
    () => original.slice(0, at) + original.slice(to),
    () => original.slice(0, to) + original.slice(at),
    () => original.slice(0, at) + dice.pick([..."()[]{}'\"\\*.,:;$%#@<>=!&|?/-+~^ \n"]) + original.slice(to),
    () => original.repeat(1 + dice.below(20)),
  ])();
}
