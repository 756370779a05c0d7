import { worker } from "../../lambdas/runtime/index.ts";
import { drawCard as draw } from "./card.ts";
import { rasterize } from "./rasterize.ts";
import { drawCard } from "./steps.ts";

export const handler = worker(drawCard, async ({ scene }, { artifacts }) => {
  const { number, hue } = scene;
  const image = await artifacts.put(`cards/${number}-${hue}.png`, await rasterize(draw(scene)), "image/png");
  return { image, by: "card", usd: 0 };
});
