import type { RunSummary } from "../src/api/types.ts";
import { chance } from "./random.ts";
import { endOf, open, type StepPart, type Story, step, unbegun } from "./story-parts.ts";

const SCENES = 6;
/** The place of the question about a film, in its first round. */
export const EDITOR = "cut[1]/editor";

/** The course of a film's run: one round, in which the editor is asked, and approves if it succeeds. */
export function filmStory({ run, status, paused, key, failedStep, error }: RunSummary): Story {
  const file = (name: string) => `s3://artifacts/${run}/${name}`;
  const script = {
    ...step("cut[1]/write-script", 200, 90, 2_100, { title: `On ${key}`, scenes: SCENES }),
    costUsd: 0.0031,
  };
  if (failedStep === "write-script")
    return failing([], script, { name: error!, message: "The model answered 529: overloaded." });
  const board = step("cut[1]/draw-storyboard", endOf(script) + 120, 60, 900, {
    title: `On ${key}`,
    scenes: SCENES,
  });
  if (paused) return { steps: [script, board], waits: [], ends: Number.POSITIVE_INFINITY };

  const pictures = Array.from({ length: SCENES }, (_, scene): StepPart => {
    const took = 2_400 + Math.floor(chance(run, scene) * 2_600);
    const part = step(`${takeOf(scene)}/draw-picture`, endOf(board) + 100, 60 + scene * 220, took, {
      image: file(`scene-${scene + 1}.svg`),
      by: "embedded",
      usd: 0.0004,
    });
    return { ...(scene === 2 ? triedTwice(part) : part), costUsd: 0.0004 };
  });
  const checks = pictures.map((picture, scene) =>
    step(`${takeOf(scene)}/check-scene`, endOf(picture) + 80, 50, 240, { confidence: 0.9, findings: [] }),
  );
  if (status === "running" && key === "tides") {
    const begun = pictures.map((picture, scene) =>
      scene < 3 ? picture : scene < 5 ? open(picture) : unbegun(picture),
    );
    return {
      steps: [script, board, ...begun, ...checks.slice(0, 3)],
      waits: [],
      ends: Number.POSITIVE_INFINITY,
    };
  }

  const film = step("cut[1]/render-film", Math.max(...checks.map(endOf)) + 130, 70, 3_300, {
    title: `On ${key}`,
    film: file("film.mp4"),
    seconds: 12,
    findings: [],
  });
  const before = [script, board, ...pictures, ...checks];
  if (failedStep === "render-film")
    return failing(before, film, { name: error!, message: "The encoder ended before the last picture." });
  const asked = endOf(film) + 150;
  const unanswered = { steps: [...before, film], waits: [], question: { path: EDITOR, at: asked } };
  if (status === "running") return { ...unanswered, ends: Number.POSITIVE_INFINITY };
  if (status !== "succeeded") return { ...unanswered, ends: asked + 9_000 };
  const decidedAt = asked + 9_000;
  const out = publication(decidedAt + 120);
  return {
    steps: [...before, film, ...out],
    waits: [],
    question: { path: EDITOR, at: asked, decidedAt, approved: true, by: "ada", note: "lovely" },
    ends: endOf(out.at(-1)!) + 90,
  };
}

/** What follows an approval: the film is published, and subscribers are notified. */
export function publication(from: number): StepPart[] {
  const publish = step("publish", from, 20, 800, { page: "s3://artifacts/published/v1/index.html" });
  return [publish, step("announce", endOf(publish) + 80, 20, 160, { notified: ["webhook"], missed: [] })];
}

/** After a rejection: the note is read, and the film is given up. */
export function refusal(from: number): StepPart[] {
  return [step("cut[1]/read-notes", from, 20, 160, { verdict: "dropped", scenes: [] })];
}

function takeOf(scene: number): string {
  return `cut[1]/scenes[${scene}]/take[1]`;
}

function triedTwice(part: StepPart): StepPart {
  const { from, to } = part.tries[0]!;
  const failure = { name: "TimeoutError", message: "The image model did not answer within 700 ms." };
  return {
    ...part,
    tries: [
      { from, to: from + 700, failure },
      { from: from + 2_700, to: to! + 2_700 },
    ],
  };
}

function failing(before: StepPart[], part: StepPart, failure: { name: string; message: string }): Story {
  const { from } = part.tries[0]!;
  const tries = [0, 3_000, 9_000].map((after) => ({ from: from + after, to: from + after + 810, failure }));
  return {
    steps: [...before, { ...part, tries, result: undefined }],
    waits: [],
    ends: from + 10_210,
  };
}
