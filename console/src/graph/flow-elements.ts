import type { Edge } from "@xyflow/react";
import type { NodeState } from "../api/types.ts";
import { arrow } from "./canvas.tsx";
import type { Picture } from "./layout.ts";
import { describeNode, type StepNode } from "./node-box.tsx";

type States = Readonly<Record<string, NodeState>> | undefined;

interface Drawing {
  states: States;
  selected: string | undefined;
  /** Whether the arrows lead from left to right. */
  sideways: boolean;
  /** Whether nodes can be selected; boxes with contents can be opened in any case. */
  selectable: boolean;
  onFold: (id: string, opens: boolean) => void;
}

/** The boxes of a picture as nodes of React Flow. */
export function flowNodes(
  { boxes }: Picture,
  { states, selected, sideways, selectable, onFold }: Drawing,
): StepNode[] {
  return boxes.map((box) => {
    const isButton = box.node !== undefined && (selectable || box.inner > 0);
    return {
      id: box.id,
      type: "box",
      position: { x: box.x, y: box.y },
      ...(box.parent !== undefined && { parentId: box.parent }),
      data: { box, state: states?.[box.id], sideways, onFold },
      width: box.width,
      height: box.height,
      style: { width: box.width, height: box.height },
      selected: box.id === selected,
      focusable: isButton,
      ariaRole: isButton ? "button" : "img",
      ariaLabel: describeNode(box, states?.[box.id]),
      ...(box.node && box.inner > 0 && { domAttributes: { "aria-expanded": box.holds } }),
    };
  });
}

/** Its arrows; those from a node that was completed are darker. */
export function flowEdges({ edges }: Picture, states: States): Edge[] {
  return edges.map(({ from, to }) => {
    const state = states?.[from]?.state;
    const passed = state === "done" || state === "undone";
    return {
      id: `${from}>${to}`,
      source: from,
      target: to,
      focusable: false,
      className: passed ? "passed" : "",
      markerEnd: arrow(passed ? "var(--ink-3)" : "var(--line-strong)"),
      zIndex: 1,
    };
  });
}
