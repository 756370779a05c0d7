import { leave, readAt } from "../exit.ts";
import type { Expression } from "../expression.ts";
import { bind, type Frame } from "../frame.ts";
import type { EachNode, StepNode } from "../graph.ts";
import { claimPath } from "../iteration.ts";
import { condition, template } from "../jsonata.ts";
import { mappedVariable, variableName } from "../names.ts";
import { pathOfAsking } from "../nodes/doubt.ts";
import { failureVariable } from "../nodes/fallback.ts";
import type { Position } from "../position.ts";
import { partsOfValue, resultLimit } from "../result-limit.ts";
import { divideInputs, type RunValue } from "../split.ts";
import type { Json, States } from "../states.ts";
import { byName, stepsNamed } from "../traverse.ts";
import { type After, answerField, groupStates, type Member, withEarlier } from "./group.ts";
import { readsItem } from "./why-items-apart.ts";

/**
 * The items of a list as one state, with one message that brings all of them to a worker. It contains the steps of one
 * item, and the values that each item has for them; `wholeGroup` makes the group from both.
 */
export function compileList(state: string, node: EachNode, position: Position): States {
  const { frame, exit } = position;
  const { order, nodes } = node.blocks.body;
  const [names, after] =
    order?.kind === "group" ? [order.nodes, order.graph?.after] : [nodes.map(({ name }) => name), undefined];
  const steps = stepsNamed(names, byName(nodes));
  const path = claimPath(node.segment, frame);
  return groupStates(
    state,
    steps.map((step) => memberOf(step, node.segment, frame)),
    { path, group: groupOf(node, { steps, after, path }, position), most: node.most },
    leave(exit, bind(frame, node.name, answerField(variableName(node.name)))),
    position,
  );
}

/** The paths of all items have the list's name in them: only the failure knows the item. */
function memberOf(step: StepNode, segment: string, frame: Frame): Member {
  const path = `$parse($${failureVariable(step.name)}.Cause).path`;
  return {
    node: step,
    error: step.segment ?? segment,
    question: pathOfAsking(undefined, { ...frame, path }),
  };
}

interface Parts {
  readonly steps: readonly StepNode[];
  readonly after: After | undefined;
  readonly path: string;
}

function groupOf(node: EachNode, { steps, after, path }: Parts, position: Position): Json {
  const { frame, exit, readsOf, keepsOf } = position;
  const { body } = node.blocks;
  const isRead = readAt(exit, frame).has(node.name);
  const limited = isRead ? partsOfValue(body) : new Set<string>();
  const size: Expression = { kind: "call", operator: "size", operands: [node.reads.list] };
  const limit = resultLimit(node.name, size, body.value, frame);
  const inner: Frame = { ...withEarlier(steps, frame), mapped: node.name };
  const result: Expression = body.value.kind === "absent" ? { kind: "record", fields: {} } : body.value;
  const { values, splits } = divideInputs(
    [...steps.map(({ reads }) => reads.input), ...(isRead ? [result] : [])],
    inner,
    (value) => template({ kind: "literal", value }, frame),
  );
  const [shared, ofItem] = [false, true].map((isOfItem) =>
    recordOf(Object.entries(values).filter(([, { value }]) => readsItem(value, node.name) === isOfItem)),
  ) as [Expression, Expression];
  const answered = splits[steps.length];
  return {
    values: template(shared, inner),
    steps: steps.map(({ name, segment, spec, undo }, at) => ({
      step: spec.name,
      path: segment ?? "",
      ...splits[at]!,
      ...(after && { after: after[at]! }),
      reads: limited.has(name) ? keepsOf(name) : readsOf(name),
      ...(limited.has(name) && { resultLimit: limit }),
      ...(undo && { undo: undo.name }),
    })),
    answer: {},
    each: {
      path,
      items: itemsOf(node, ofItem, inner),
      ...(answered && { answer: { field: variableName(node.name), ...answered } }),
    },
  };
}

/** A JSONata function makes the values of each item. A list of one item stays a list. */
function itemsOf(node: EachNode, values: Expression, frame: Frame): Json {
  const [item, index] = (["item", "index"] as const).map((kind) => `$${mappedVariable(kind)}`);
  const texts = ["[$map(", `, function(${item}, ${index}) { `, " })]"];
  return condition({ kind: "script", texts, values: [node.reads.list, values] }, frame);
}

function recordOf(values: readonly (readonly [string, RunValue])[]): Expression {
  return { kind: "record", fields: Object.fromEntries(values.map(([name, { value }]) => [name, value])) };
}
