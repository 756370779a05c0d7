import { expect, test } from "vitest";
import { readNotesPrompt } from "../../../workflows/video/read-notes.prompt.ts";
import { readByRule } from "../../../workflows/video/read-notes.ts";
import { Refusal } from "../../../workflows/video/steps.ts";

const scene = { heading: "h", narration: "n" };
const script = { title: "Tides", scenes: [scene, scene, scene, scene] };

test.each([
  ["scene 2: darker", "pictures", [2], "darker"],
  ["Scenes 1, 3 and 4 are too bright", "pictures", [1, 3, 4], "are too bright"],
  ["scene 3: hm", "pictures", [3], "hm"],
  ["scene 3: the text is wrong", "script", [3], "the text is wrong"],
  ["The title is dull", "script", [], "The title is dull"],
  ["make it livelier", "script", [], "make it livelier"],
  ["scene 2: another background", "storyboard", [2], "another background"],
  ["the colours!", "pictures", [], "the colours!"],
  ["another variant, please", "variant", [], "another variant, please"],
  ["scene 9: darker", "pictures", [], "darker"],
] as const)("%j means the %s of scenes %j", (note, redo, scenes, notes) => {
  expect(readByRule({ note, script })).toEqual({ verdict: "again", redo, scenes, notes });
});

test.each([[undefined], ["  "], ["Drop it."], ["this film is not wanted any more"]])(
  "%j drops the film",
  (note) => {
    expect(readByRule({ note, script }).verdict).toBe("dropped");
  },
);

test("what the rule says fits what a model may say", () => {
  const remark = { note: "scene 2: darker", script };
  expect(readNotesPrompt.byRule).toBe(readByRule);
  expect(Refusal.parse(readByRule(remark))).toEqual(readByRule(remark));
  expect(Refusal.safeParse({ ...readByRule(remark), verdict: "approved" }).success).toBe(false);
  expect(readNotesPrompt.ask(remark)).toContain('The editor\'s note: "scene 2: darker"');
});
