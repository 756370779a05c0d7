import { describe, expect, test } from "vitest";
import { composeScript } from "../../../workflows/video/script.ts";
import type { Notes } from "../../../workflows/video/steps.ts";
import { Storyboard } from "../../../workflows/video/steps.ts";
import { layOut } from "../../../workflows/video/storyboard.ts";
import { briefOf, made, NONE, notesOf } from "./cutting-room.ts";

const brief = briefOf({ scenes: 4, style: "bold" });
const script = composeScript({ brief, notes: NONE, previous: null });
const first = layOut({ script, brief, round: 1, notes: NONE, previous: [] });
const previous = made(first.scenes);
const again = (notes: Notes, changed = script) =>
  layOut({ script: changed, brief, round: 2, notes, previous });
const kept = ({ scenes }: Storyboard) => scenes.flatMap(({ made }, at) => (made ? [at + 1] : []));

test("each scene has its words, the style, another colour than its neighbour, and time to be read", () => {
  expect(Storyboard.parse(first)).toEqual(first);
  expect(kept(first)).toEqual([]);
  first.scenes.forEach(({ scene }, at) => {
    expect(scene).toMatchObject({
      number: at + 1,
      caption: script.scenes[at]!.narration,
      style: "bold",
      wish: "",
    });
    expect(scene.seconds).toBeGreaterThan(scene.caption.split(" ").length / 4);
    if (at > 0) expect(scene.hue).not.toBe(first.scenes[at - 1]!.scene.hue);
  });
});

describe("in the next round", () => {
  test("notes on the picture of a scene make that one again, in the same setting, as the editor wishes", () => {
    const board = again(notesOf("pictures", "darker", 2));
    expect(kept(board)).toEqual([1, 3, 4]);
    expect(board.scenes[0]!.made).toBe(previous[0]);
    const [{ scene: before }, { scene: after }] = [first.scenes[1]!, board.scenes[1]!];
    expect(after).toEqual({ ...before, seed: after.seed, wish: "darker" });
    expect(after.seed).not.toBe(before.seed);
  });

  test("notes on the layout of a scene set it elsewhere", () => {
    const board = again(notesOf("storyboard", "at sea", 3));
    expect(kept(board)).toEqual([1, 2, 4]);
    expect(board.scenes[2]!.scene.hue).not.toBe(first.scenes[2]!.scene.hue);
  });

  test("another variant makes all pictures again, and wishes nothing of them", () => {
    const board = again(notesOf("variant", "another variant"));
    expect(kept(board)).toEqual([]);
    for (const [at, { scene }] of board.scenes.entries()) {
      expect(scene.wish).toBe("");
      expect(scene.seed).not.toBe(first.scenes[at]!.scene.seed);
    }
  });

  test("a script in which one scene changed keeps the others", () => {
    const notes = notesOf("script", "otherwise", 4);
    const board = again(notes, composeScript({ brief, notes, previous: script }));
    expect(kept(board)).toEqual([1, 2, 3]);
    expect(board.scenes[3]!.scene.seed).toBe(first.scenes[3]!.scene.seed);
  });

  test("notes on pictures that name no scene mean all", () => {
    expect(kept(again(notesOf("pictures", "brighter")))).toEqual([]);
  });

  test("what an editor wished of a scene holds while its words change", () => {
    const darker = again(notesOf("pictures", "darker", 2));
    const notes = notesOf("script", "otherwise", 2);
    const changed = composeScript({ brief, notes, previous: script });
    const third = layOut({ script: changed, brief, round: 3, notes, previous: made(darker.scenes) });
    expect(third.scenes[1]!.scene.wish).toBe("darker");
    expect(kept(third)).toEqual([1, 3, 4]);
  });
});
