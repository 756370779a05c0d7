import { setImmediate } from "node:timers/promises";
import type jsonata from "jsonata";
import { enter as enterNode, learnNesting, leave as leaveNode } from "./nesting.ts";

/**
 * The service bounds each evaluation. Depth and size are where public measurements found its limits
 * (a nesting of 100; a sequence of 873,782 numbers, which is just under 7 MB). Its time limit is unknown:
 * counting evaluated nodes instead of milliseconds keeps a runaway loop from blocking the process and gives
 * the same answer on every machine.
 */
const MAXIMUM_DEPTH = 100;
const MAXIMUM_NODES = 2_000_000;
const NODES_AT_ONCE = 20_000;
const MAXIMUM_ITEMS = 873_782;
const MAXIMUM_CHARACTERS = MAXIMUM_ITEMS * 8;

/** What one evaluation has used up so far. It travels in the environment under a name no expression can write. */
export interface Usage {
  nodes: number;
}

export const USAGE = "\0usage";

const MEMORY_LIMIT_EXCEEDED = "Expression evaluation memory limit exceeded: Check for excessive memory usage";

/** Refuses a sequence before it is allocated. */
export function reserveItems(count: number): void {
  if (count > MAXIMUM_ITEMS) throw new Error(MEMORY_LIMIT_EXCEEDED);
}

/** Makes every evaluation of `expression` count against the Usage bound under USAGE. */
export function enforceBounds(expression: jsonata.Expression): void {
  learnNesting(expression.ast());
  const assign = expression.assign as unknown as (name: symbol, value: unknown) => void;
  assign(Symbol.for("jsonata.__evaluate_entry"), enter);
  assign(Symbol.for("jsonata.__evaluate_exit"), leave);
}

/** JSONata waits for what this answers: a long evaluation lets everything else continue meanwhile. */
function enter(node: object, _input: unknown, environment: jsonata.Environment): Promise<void> | undefined {
  const usage: Usage = environment.lookup(USAGE);
  if (enterNode(node) > MAXIMUM_DEPTH) {
    throw new Error(
      "Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive.",
    );
  }
  if (++usage.nodes > MAXIMUM_NODES) {
    throw new Error("Expression evaluation timeout: Check for infinite loop");
  }
  return usage.nodes % NODES_AT_ONCE === 0 ? setImmediate() : undefined;
}

function leave(node: object, _input: unknown, _environment: jsonata.Environment, result: unknown): void {
  leaveNode(node);
  if (Array.isArray(result)) reserveItems(result.length);
  if (typeof result === "string" && result.length > MAXIMUM_CHARACTERS)
    throw new Error(MEMORY_LIMIT_EXCEEDED);
}
