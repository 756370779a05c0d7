import { worker } from "../../lambdas/runtime/index.ts";
import { askImageModel } from "../../lambdas/runtime/model/index.ts";
import { drawPicturePrompt } from "./draw-picture.prompt.ts";
import { pictureName } from "./picture.ts";
import { drawPicture } from "./steps.ts";
import { toStill } from "./still.ts";

export const handler = worker(drawPicture, async (input, context) => {
  const { picture, by, usd } = await askImageModel(drawPicturePrompt, input, context);
  const name = pictureName(input.scene, input.take);
  const image = await context.artifacts.put(name, await toStill(picture), "image/png");
  return { image, by, usd };
});
