import { layOutCaption } from "./caption-layer.ts";
import { captionContrast, difference, fingerprint, variety } from "./look.ts";
import type { Pixels } from "./pixels.ts";
import type { Picture, Quality, Scene } from "./steps.ts";

/** One measurement: from 1, no objection, down to 0. */
interface Measure {
  score: number;
  finding: string;
}

/** Two pictures that differ less than this look alike. */
const ALIKE = 0.12;
/** The score of a card: a card is acceptable without a decision, and the editor sees it in the film. */
const CARD = 0.6;
/** Minor findings are not reported. */
const WORTH_REPORTING = 0.9;

/** The confidence that a scene is correct: that of its weakest measurement. */
export function checkQuality(scene: Scene, by: Picture["by"], picture: Pixels): Quality {
  const layout = layOutCaption(scene);
  const contrast = captionContrast(picture, layout);
  const lettersPerSecond = scene.caption.length / scene.seconds;
  const isCard = by === "card";
  const measures: Measure[] = [
    {
      // WCAG requires 4.5, and 3 for large letters.
      score: between(contrast, 2, 4.5),
      finding: `The caption is hard to read against the picture: a contrast of ${contrast.toFixed(1)} to 1, and 4.5 is good.`,
    },
    {
      score: isCard ? 1 : between(variety(picture), 3, 12),
      finding: "The picture is almost of one colour.",
    },
    {
      // Subtitles for adults have up to 20 letters a second.
      score: between(lettersPerSecond, 32, 21),
      finding: `The caption goes by too fast: ${Math.round(lettersPerSecond)} letters a second, and 20 can be read.`,
    },
    {
      score: layout.fits ? 1 : 0.3,
      finding: `The caption is too long for the picture: only "${layout.lines.join(" ")}" is shown.`,
    },
    { score: isCard ? CARD : 1, finding: "A card replaces the picture, which could not be made." },
  ];
  const confidence = Math.min(...measures.map(({ score }) => score));
  return {
    confidence: Math.round(confidence * 100) / 100,
    findings: measures.filter(({ score }) => score < WORTH_REPORTING).map(({ finding }) => finding),
  };
}

/** Which neighbours look alike, in words; each picture with the number of its scene, in the film's order. */
export function findAlike(scenes: readonly { number: number; picture: Pixels }[]): string[] {
  const prints = scenes.map(({ picture }) => fingerprint(picture));
  return scenes
    .slice(1)
    .flatMap(({ number }, at) =>
      difference(prints[at]!, prints[at + 1]!) < ALIKE
        ? [`Scenes ${scenes[at]!.number} and ${number} look alike.`]
        : [],
    );
}

/** From 0.1 at `bad` to 1 at `good`, and no further. */
function between(value: number, bad: number, good: number): number {
  const share = (value - bad) / (good - bad);
  return 0.1 + 0.9 * Math.min(1, Math.max(0, share));
}
