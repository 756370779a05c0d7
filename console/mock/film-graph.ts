import type { WorkflowGraph } from "../src/api/types.ts";

type Node = WorkflowGraph["nodes"][number];

/** A film in rounds with its editor. */
export const FILM_GRAPH: WorkflowGraph = {
  workflow: "produce-video",
  on: ["video.requested"],
  deadline: "14 days",
  nodes: [
    { id: "cut", kind: "repeat", label: "cut" },
    ...within("cut", "body", [
      { id: "cut/words", kind: "when", label: 'when cut state.notes.redo is "script"' },
      step("cut/draw-storyboard"),
      { id: "cut/scenes", kind: "each", label: "scenes" },
      step("cut/render-film"),
      { id: "cut/editor", kind: "approval", label: "editor" },
      { id: "cut/approved", kind: "when", label: "when editor.approved" },
    ]),
    ...within("cut/words", "then", [step("cut/write-script")]),
    ...within("cut/scenes", "body", [
      { id: "cut/scenes/kept", kind: "when", label: "when exists(scenes item.made)" },
    ]),
    ...within("cut/scenes/kept", "otherwise", [{ id: "cut/scenes/take", kind: "repeat", label: "take" }]),
    ...within("cut/scenes/take", "body", [
      step("cut/scenes/take/draw-picture"),
      step("cut/scenes/take/check-scene"),
      { id: "cut/scenes/take/doubtful", kind: "when", label: "when check-scene.confidence < 0.5" },
    ]),
    ...within("cut/scenes/take/draw-picture", "fallback", [step("cut/scenes/take/draw-card")]),
    ...within("cut/scenes/take/doubtful", "then", [
      { id: "cut/scenes/take/doubt", kind: "escalate", label: "editor" },
    ]),
    ...within("cut/approved", "otherwise", [step("cut/read-notes")]),
    { id: "agreed", kind: "when", label: "when cut.reached" },
    ...within("agreed", "otherwise", [{ id: "producer", kind: "escalate", label: "producer" }]),
    { id: "wanted", kind: "when", label: "when agreed" },
    ...within("wanted", "then", [
      { ...step("publish"), undo: "unpublish", message: { shared: true, text: "One message with announce" } },
      { ...step("announce"), message: { shared: true, text: "One message with publish" } },
    ]),
  ],
  edges: [
    ...inOrder("cut", "agreed", "wanted"),
    ...inOrder(
      "cut/words",
      "cut/draw-storyboard",
      "cut/scenes",
      "cut/render-film",
      "cut/editor",
      "cut/approved",
    ),
    ...inOrder("cut/scenes/take/draw-picture", "cut/scenes/take/check-scene", "cut/scenes/take/doubtful"),
    ...inOrder("publish", "announce"),
  ],
};

function step(id: string): Node {
  const name = id.split("/").at(-1)!;
  return { id, kind: "step", label: name, step: name };
}

function within(node: string, block: string, nodes: readonly Node[]): Node[] {
  return nodes.map((inner) => ({ ...inner, within: { node, block } }));
}

function inOrder(...ids: string[]): WorkflowGraph["edges"] {
  return ids.slice(1).map((to, at) => ({ from: ids[at]!, to }));
}
