import { type Command, InvalidArgumentError } from "commander";
import { type Assumptions, type ByName, DEFAULTS } from "../lib/cost/assumptions.ts";

/** Options in the form that commander passes. */
export interface CostOptions {
  items?: Numbers;
  rounds?: Numbers;
  way?: Record<string, string>;
  millis?: Numbers;
  overhead?: number;
  payload?: number;
  result?: number;
  failures?: Numbers;
  modelCalls?: Numbers;
  modelUsd?: Numbers;
  puts?: Numbers;
  gets?: Numbers;
  emits?: Numbers;
  atOnce?: number;
  failsAt?: string;
}

/** Numbers by name; a number without a name has the empty name. */
type Numbers = Record<string, number>;

/** Adds the options for assumptions to a command. */
export function withAssumptions(command: Command): Command {
  const named = "[name=]number";
  return command
    .option(
      "--items <name=number>",
      "number of items of a list, by the node that iterates it (repeatable)",
      counts,
    )
    .option("--rounds <name=number>", "number of rounds of a loop (repeatable)", counts)
    .option("--way <name=way>", "branch that a choice takes (repeatable)", ways)
    .option(`--millis <${named}>`, "milliseconds per attempt, of one step or of all (repeatable)", numbers)
    .option("--overhead <millis>", "milliseconds of each other function", number)
    .option("--payload <bytes>", "bytes of an event's payload", number)
    .option("--result <bytes>", "bytes of a step's result", number)
    .option(`--failures <${named}>`, "failed attempts before one succeeds (repeatable)", numbers)
    .option(`--model-calls <${named}>`, "model calls per attempt (repeatable)", numbers)
    .option(`--model-usd <${named}>`, "dollars per model call, shown separately (repeatable)", numbers)
    .option(`--puts <${named}>`, "objects that an attempt writes to S3 (repeatable)", numbers)
    .option(`--gets <${named}>`, "objects that an attempt reads from S3 (repeatable)", numbers)
    .option("--emits <step=number>", "events that a step emits (repeatable)", counts)
    .option("--at-once <number>", "table changes per batch of the relay", number)
    .option("--fails-at <step>", "the run fails at this step and is compensated");
}

/** The requested assumptions, on top of the defaults. */
export function assumptionsOf(options: CostOptions): Assumptions {
  const { items = {}, rounds = {}, way = {}, emits = {} } = options;
  return {
    items,
    rounds,
    ways: way,
    emits,
    failsAt: options.failsAt,
    millis: over(DEFAULTS.millis, options.millis),
    overheadMillis: options.overhead ?? DEFAULTS.overheadMillis,
    payloadBytes: options.payload ?? DEFAULTS.payloadBytes,
    resultBytes: options.result ?? DEFAULTS.resultBytes,
    failures: over(DEFAULTS.failures, options.failures),
    modelCalls: over(DEFAULTS.modelCalls, options.modelCalls),
    modelDollars: over(DEFAULTS.modelDollars, options.modelUsd),
    answersKept: DEFAULTS.answersKept,
    waitsLong: DEFAULTS.waitsLong,
    puts: over(DEFAULTS.puts, options.puts),
    gets: over(DEFAULTS.gets, options.gets),
    changesAtOnce: Math.max(1, options.atOnce ?? DEFAULTS.changesAtOnce),
  };
}

function over({ otherwise }: ByName, { "": all, ...named }: Numbers = {}): ByName {
  return { otherwise: all ?? otherwise, named };
}

function numbers(text: string, before: Numbers = {}): Numbers {
  const at = text.lastIndexOf("=");
  return { ...before, [text.slice(0, Math.max(0, at))]: number(text.slice(at + 1)) };
}

function counts(text: string, before: Numbers = {}): Numbers {
  const [name, value] = pair(text);
  const count = number(value);
  if (!Number.isInteger(count)) throw new InvalidArgumentError("It must be a whole number.");
  return { ...before, [name]: count };
}

function ways(text: string, before: Record<string, string> = {}): Record<string, string> {
  const [name, way] = pair(text);
  return { ...before, [name]: way };
}

function pair(text: string): [string, string] {
  const at = text.lastIndexOf("=");
  if (at < 1) throw new InvalidArgumentError('The format is "scenes=5".');
  return [text.slice(0, at), text.slice(at + 1)];
}

/** Parses an option as a number of 0 or more. */
export function number(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value) && value >= 0) return value;
  throw new InvalidArgumentError("It must be 0 or more.");
}
