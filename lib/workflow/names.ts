import { digest } from "../contract/canonical.ts";
import { nodesOf } from "./arrange.ts";
import type { Order } from "./graph.ts";

/** Names that a variable must not have, since it would hide a function of JSONata or Step Functions' own. */
const TAKEN = new Set(
  `abs append assert average base64decode base64encode boolean ceil clone contains count decodeUrl decodeUrlComponent
  distinct each encodeUrl encodeUrlComponent error eval exists filter floor formatBase formatInteger formatNumber
  fromMillis hash join keys length lookup lowercase map match max merge millis min not now number pad parse parseInteger
  partition power random range reduce replace reverse round shuffle sift single sort split spread sqrt states string
  substring substringAfter substringBefore sum toMillis trim type uppercase uuid zip`.split(/\s+/),
);

/** The variable that holds a node's result: "render-film" becomes "renderFilm". */
export function variableName(node: string, crossings = 0): string {
  const words = node.split(/[^A-Za-z0-9]+/).filter(Boolean);
  const name = words.map((word, at) => (at === 0 ? word : word[0]!.toUpperCase() + word.slice(1))).join("");
  const free = TAKEN.has(name) ? `${name}_` : name;
  return crossings === 0 ? free : `${free}_${crossings}`;
}

/** The variable that holds a result in a branch that waited for it. */
export function waitVariable(on: string, before: string): string {
  return shortened(`${variableName(on)}_for_${variableName(before)}`);
}

/** The variable that contains what a loop carries from round to round, or the number of its round. */
export function loopVariable(repeat: string, kind: "state" | "round"): string {
  return `${variableName(repeat)}_${kind}`;
}

/** The variable of an item, or of its index, where JSONata maps a list. No node's variable can have this name. */
export function mappedVariable(kind: "item" | "index"): string {
  return `mapped_${kind}`;
}

/** The state that delays a node until another branch signals. */
export function waitName(on: string, before: string): string {
  return shortened(`${before} waits for ${on}`);
}

/** Name of the state that signals to other branches that a node is done. */
export function signalName(of: string): string {
  return shortened(`${of} signals`);
}

/** The state of a group of steps. No node can have this name. */
export function groupName(nodes: readonly string[]): string {
  return shortened(`${nodes[0]} to ${nodes.at(-1)}`);
}

/** Step Functions' limit for the name of a state, and of a variable. */
const LONGEST_NAME = 80;

/** A unique name within the limit. */
export function shortened(name: string): string {
  return name.length <= LONGEST_NAME ? name : `${name.slice(0, LONGEST_NAME - 9)}_${digest(name, 8)}`;
}

/** The state that runs these parts in parallel: named by the nodes with which they begin. */
export function parallelName(parts: readonly Order[]): string {
  const firstNodes = parts.map((part) => nodesOf(part)[0]!);
  const full = `${firstNodes.slice(0, -1).join(", ")} and ${firstNodes.at(-1)}`;
  if (full.length <= LONGEST_NAME) return full;
  const rest = ` and ${firstNodes.length - 1} more`;
  return `${firstNodes[0]!.slice(0, LONGEST_NAME - rest.length)}${rest}`;
}

/** The suffix for the items of a list; no node's name contains such a character. */
export function itemOf(each: string): string {
  return `\0item of ${each}`;
}
