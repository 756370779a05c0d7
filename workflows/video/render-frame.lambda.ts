import { worker } from "../../lambdas/runtime/index.ts";
import { drawScene } from "./picture.ts";
import { rasterize } from "./rasterize.ts";
import { renderFrame } from "./steps.ts";

export const handler = worker(renderFrame, async (scene, { artifacts }) => {
  const picture = await rasterize(drawScene(scene));
  const image = await artifacts.put(`scene-${scene.number}.png`, picture, "image/png");
  return { image, seconds: scene.seconds };
});
