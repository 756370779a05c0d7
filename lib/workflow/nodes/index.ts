import type { NodeBase, NodeKindName } from "../graph.ts";
import { approvalKind } from "./approval.ts";
import { childKind } from "./child.ts";
import { choiceKind } from "./choice.ts";
import { eachKind } from "./each-kind.ts";
import type { NodeKind } from "./kind.ts";
import { raceKind } from "./race-kind.ts";
import { repeatKind } from "./repeat-kind.ts";
import { sleepKind } from "./sleep.ts";
import { stepKind } from "./step.ts";
import { waitKind } from "./wait.ts";

const KINDS: { readonly [Name in NodeKindName]: NodeKind<any> } = {
  step: stepKind,
  each: eachKind,
  race: raceKind,
  repeat: repeatKind,
  choice: choiceKind,
  approval: approvalKind,
  sleep: sleepKind,
  wait: waitKind,
  child: childKind,
};

/** The functions of a node's kind. */
export function kindOf(node: NodeBase): NodeKind<NodeBase> {
  return KINDS[node.kind];
}
