import type { NodeBase } from "../graph.ts";
import { approvalKind } from "./approval.ts";
import { eachKind } from "./each.ts";
import type { NodeKind } from "./kind.ts";
import { stepKind } from "./step.ts";
import { whenKind } from "./when.ts";

const KINDS: Readonly<Record<string, NodeKind<any>>> = {
  step: stepKind,
  each: eachKind,
  when: whenKind,
  approval: approvalKind,
};

/** What to know of a node's kind. */
export function kindOf(node: NodeBase): NodeKind<NodeBase> {
  return KINDS[node.kind]!;
}
