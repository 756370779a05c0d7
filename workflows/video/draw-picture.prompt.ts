import { defineImagePrompt } from "../../lambdas/runtime/model/index.ts";
import { drawScene } from "./picture.ts";
import { rasterize } from "./rasterize.ts";
import type { Scene } from "./steps.ts";
import { taste } from "./taste.ts";

const STYLES: Record<Scene["style"], string> = {
  calm: "calm, soft light, muted colours",
  bold: "bold, strong contrast, saturated colours",
  playful: "playful, cheerful, simple rounded shapes",
  plain: "plain and matter-of-fact, few colours",
};

/** All image models accept seeds below this. */
const SEEDS = 2 ** 29;

export const drawPicturePrompt = defineImagePrompt("draw-picture", {
  ask: ({ scene: { heading, caption, style, wish } }: { scene: Scene; take: number }) =>
    [
      `An illustration for one scene of a short film that explains something: "${heading}". It goes with the words "${caption}".`,
      `Style: ${STYLES[style]}. A wide picture that leaves its lower third quiet and dark. No text, letters or numbers in it.`,
      ...(wish ? [`The editor wishes: ${wish}.`] : []),
    ].join(" "),
  size: "1280x720",
  seed: ({ scene, take }) => Math.floor(taste(scene.seed, take) * SEEDS),
  byRule: ({ scene, take }) => rasterize(drawScene(scene, take)),
});
