import { worker } from "../../lambdas/runtime/index.ts";
import { toPixels } from "./pixels.ts";
import { checkQuality } from "./quality.ts";
import { checkScene } from "./steps.ts";

export const handler = worker(checkScene, async ({ scene, picture }, { artifacts }) =>
  checkQuality(scene, picture.by, toPixels(await artifacts.get(picture.image))),
);
