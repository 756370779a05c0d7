import * as z from "zod";
import { eq, lt, present, type Ref, text, type WorkflowBuilder } from "../../lib/index.ts";
import { checkScene, drawCard, drawPicture, Made, type Scene } from "./steps.ts";

/** A scene after one take, and whether it is good enough. */
const Take = z.object({ made: Made.nullable(), good: z.boolean() });

/** Below this, a person checks the picture. */
const CONFIDENT = 0.5;
const TAKES = 3;

/**
 * One scene of a film: its picture (or a card if there is none) and its quality. In doubt a person decides; a
 * rejection starts another take. The last take is accepted, since the editor sees the film anyway.
 */
export function makeScene(w: WorkflowBuilder, scene: Ref<Scene>): Ref<Made> {
  const { state: last } = w.repeat(
    {
      as: "take",
      state: Take,
      initial: { made: null, good: false },
      until: ({ good }) => eq(good, true),
      most: TAKES,
      otherwise: "continue",
    },
    (_, take) => {
      const picture = w.step(drawPicture, { scene, take }, { fallback: () => w.step(drawCard, { scene }) });
      const quality = w.step(checkScene, { scene, picture });
      const good = w.when(
        lt(quality.confidence, CONFIDENT),
        () =>
          w.escalate("editor", {
            as: "doubt",
            why: text`Scene ${scene.number}: confidence ${quality.confidence}`,
            show: { scene, picture, quality },
            within: "4 hours",
            otherwise: "approve",
          }).approved,
        () => true,
        { as: "doubtful" },
      );
      return { made: { scene, picture, quality }, good };
    },
  );
  return present(last.made);
}
