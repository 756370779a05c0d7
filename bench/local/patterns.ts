import { parseJson, parsePattern, RuleIndex } from "../../local/events/pattern/index.ts";
import { median, print, table } from "../figures.ts";

/**
 * What it costs to find the rules that an event matches, as their number grows: each asks for a source and a customer of
 * its own, and every tenth for a prefix and a number besides. The event matches one of them.
 */
const COUNTS = [10, 100, 1_000, 10_000];
const EVENTS = 5_000;
const REPETITIONS = 9;

const pattern = (position: number) => ({
  source: ["shop"],
  detail: {
    customer: [`c-${position}`],
    ...(position % 10 === 0 && { article: [{ prefix: `a-${position}` }], count: [{ numeric: [">", 1] }] }),
  },
});

const event = (position: number) =>
  parseJson(
    JSON.stringify({
      source: "shop",
      "detail-type": "order.placed",
      detail: { customer: `c-${position}`, article: `a-${position}-blue`, count: 2 },
    }),
  );

const rows = COUNTS.map((count) => {
  const index = new RuleIndex<number>();
  for (let position = 0; position < count; position++) index.add(position, parsePattern(pattern(position)));
  const sent = Array.from({ length: EVENTS }, (_, position) => event(position % count));
  const times: number[] = [];
  for (let repetition = 0; repetition <= REPETITIONS; repetition++) {
    const began = performance.now();
    for (const one of sent) if (index.match(one).length !== 1) throw new Error("A match is wrong.");
    times.push(((performance.now() - began) / EVENTS) * 1000);
  }
  // The first is for the compiler.
  return [`${count.toLocaleString("en")} rules`, median(times.slice(1)).toFixed(1)];
});
print(table(["", "µs for an event"], rows));
