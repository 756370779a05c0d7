import type { Node, NodeOf } from "../graph.ts";
import { approvalKind } from "./approval/kind.ts";
import { childKind } from "./child/kind.ts";
import { choiceKind } from "./choice/kind.ts";
import { eachKind } from "./each/kind.ts";
import type { NodeKind } from "./kind.ts";
import { raceKind } from "./race/kind.ts";
import { repeatKind } from "./repeat/kind.ts";
import { sleepKind } from "./sleep/kind.ts";
import { stepKind } from "./step/kind.ts";
import { waitKind } from "./wait/kind.ts";

const KINDS: { readonly [Kind in Node["kind"]]: NodeKind<NodeOf<Kind>> } = {
  approval: approvalKind,
  child: childKind,
  choice: choiceKind,
  each: eachKind,
  race: raceKind,
  repeat: repeatKind,
  sleep: sleepKind,
  step: stepKind,
  wait: waitKind,
};

/** What is known about a node's kind. */
export function kindOf(node: Node): NodeKind<Node> {
  return KINDS[node.kind];
}
