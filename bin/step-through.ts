import { createInterface } from "node:readline/promises";
import type { Moment, Recording } from "../lib/contract/recording/recording.ts";
import { elapsed } from "./format.ts";
import { paintQuiet } from "./style.ts";

/** A moment of a recorded run, in order of time. */
export interface OrderedMoment extends Moment {
  of: "run" | "compensation";
  /** The branch or iteration in which it happened; "" for the execution itself. */
  place: string;
}

/** All moments of a recording, those of the run before those of its compensations. */
export function momentsOf({ executions }: Recording): OrderedMoment[] {
  return executions.flatMap(({ of, places }) =>
    places
      .flatMap(({ at: place, moments }) => moments.map((moment) => ({ ...moment, of, place })))
      .sort((a, b) => a.id - b.id),
  );
}

/** A moment with its data: the input of a state, the answer of a call, the assigned variables. */
export function describeMoment(moment: OrderedMoment, index: number, all: readonly OrderedMoment[]): string {
  const { what, state, type, place, of, at, value } = moment;
  const since = elapsed(Date.parse(at) - Date.parse(all[0]!.at));
  const where = [of === "compensation" && "compensation", place !== "" && `in ${place}`]
    .filter(Boolean)
    .join(", ");
  const head = [
    `${index + 1}/${all.length}`,
    `+${since}`,
    what,
    state,
    type && type !== "Task" && `(${type})`,
  ];
  const line = [head.filter(Boolean).join("  "), where && paintQuiet(where)].filter(Boolean).join("  ");
  return value === undefined ? line : `${line}\n${indented(JSON.stringify(value, null, 2))}`;
}

function indented(text: string): string {
  return text
    .split("\n")
    .map((row) => `    ${row}`)
    .join("\n");
}

/** The target of a movement: the next moment, the next state, the next failure, back, the end, or quit. */
export function nextMoment(answer: string, at: number, all: readonly OrderedMoment[]): number | undefined {
  const after = (holds: (moment: OrderedMoment) => boolean) => {
    const found = all.findIndex((moment, index) => index > at && holds(moment));
    return found < 0 ? all.length - 1 : found;
  };
  switch (answer.trim().toLowerCase()) {
    case "":
    case "n":
      return at + 1 < all.length ? at + 1 : undefined;
    case "s":
      return after(({ what }) => what === "entered");
    case "f":
      return after(({ what }) => what === "failed" || what === "timed out");
    case "b":
      return Math.max(0, at - 1);
    case "q":
      return undefined;
    default:
      return at;
  }
}

const KEYS = "Enter next · s next state · f next failure · b back · q quit: ";

/** Shows a recorded run moment by moment, by keys of the user; all at once without a terminal. */
export async function stepThrough(recording: Recording, print: (text: string) => void): Promise<void> {
  const all = momentsOf(recording);
  if (!process.stdin.isTTY) {
    for (const [index, moment] of all.entries()) print(describeMoment(moment, index, all));
    return;
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    for (let at: number | undefined = all.length > 0 ? 0 : undefined; at !== undefined; ) {
      print(describeMoment(all[at]!, at, all));
      at = nextMoment(await terminal.question(KEYS), at, all);
    }
  } finally {
    terminal.close();
  }
}
