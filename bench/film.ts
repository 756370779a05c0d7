import { type Assumptions, type ByName, DEFAULTS } from "../lib/cost/assumptions.ts";

const named = (numbers: Record<string, number>): ByName => ({ otherwise: 0, named: numbers });

/** A film that the editor approves at once, with good pictures at once, as options of `millrace cost`. */
export function straightFilm(scenes: number): Assumptions {
  return {
    ...DEFAULTS,
    payloadBytes: 500,
    resultBytes: 350,
    items: { scenes },
    rounds: { cut: 1, take: 1 },
    ways: {
      words: "then",
      kept: "otherwise",
      doubtful: "otherwise",
      approved: "then",
      agreed: "then",
      wanted: "then",
    },
    // Of the embedded models, whose answers are not kept.
    modelCalls: named({ "write-script": 1, "draw-picture": 1 }),
    answersKept: false,
    puts: named({ "draw-picture": 1, "render-film": 2, publish: 7 }),
    gets: named({ "check-scene": 1, "render-film": scenes, publish: 7, announce: 1 }),
  };
}
