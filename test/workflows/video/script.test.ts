import { expect, test } from "vitest";
import { composeScript, scenesOf } from "../../../workflows/video/script.ts";
import { writeScriptPrompt } from "../../../workflows/video/write-script.prompt.ts";
import { briefOf, NONE, notesOf } from "./cutting-room.ts";

const first = (more?: object) => composeScript({ brief: briefOf(more), notes: NONE, previous: null });
const revise = (redo: string, ...scenes: number[]) => {
  const previous = first();
  return [
    previous,
    composeScript({ brief: briefOf(), notes: notesOf("script", redo, ...scenes), previous }),
  ] as const;
};

test.each([
  [{}, 4],
  [{ length: "medium" }, 7],
  [{ length: "long" }, 12],
  [{ length: "long", scenes: 3 }, 3],
])("a brief %j has %i scenes", (more, scenes) => {
  expect(scenesOf(briefOf(more))).toBe(scenes);
  expect(first(more).scenes).toHaveLength(scenes);
});

test("the topic is in every scene, and the audience in the title", () => {
  const script = first({ topic: " the  long river ", audience: "children" });
  expect(script.title).toMatch(/the long river.*, for children$/i);
  for (const { narration } of script.scenes) expect(narration).toContain("the long river");
  expect(first().title).not.toContain("everyone");
});

test("notes on a scene change its words, and leave the rest word for word", () => {
  const [before, after] = revise("say it otherwise", 2);
  expect(after.scenes[1]!.narration).not.toBe(before.scenes[1]!.narration);
  expect({ ...after, scenes: after.scenes.toSpliced(1, 1) }).toEqual({
    ...before,
    scenes: before.scenes.toSpliced(1, 1),
  });
});

test("notes on the title change it alone; notes on nothing in particular change all narrations", () => {
  const [before, after] = revise("the title is dull");
  expect(after.title).not.toBe(before.title);
  expect(after.scenes).toEqual(before.scenes);
  const [old, restarted] = revise("livelier");
  expect(restarted.title).toBe(old.title);
  restarted.scenes.forEach(({ narration }, at) => {
    expect(narration).not.toBe(old.scenes[at]!.narration);
  });
});

test("a model receives the brief, and from the second round on the previous script with the editor's notes", () => {
  const brief = briefOf({ style: "playful", audience: "children" });
  const previous = first();
  expect(writeScriptPrompt.ask({ brief, notes: NONE, previous: null })).toBe(
    'Write the script of a playful film about "tides" for children, in exactly 4 scenes.',
  );
  const asked = writeScriptPrompt.ask({ brief, notes: notesOf("script", "shorter", 1, 3), previous });
  expect(asked).toContain('The editor says of scene 1, 3: "shorter".');
  expect(asked).toContain(previous.title);
});
