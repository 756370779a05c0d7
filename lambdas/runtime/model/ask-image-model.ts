import { ENVIRONMENT } from "../../../lib/contract/environment.ts";
import { EMBEDDED_IMAGES, type ImageModelSetting } from "../../../lib/contract/image-model.ts";
import type { StepContext } from "../work/context.ts";
import { apiKey } from "./api-key.ts";
import { imageModel } from "./image-model.ts";
import type { ImagePrompt } from "./image-prompt.ts";
import { paint } from "./paint.ts";
import type { Painting } from "./painting.ts";
import { artifactPaintings, noPaintings } from "./painting-records.ts";

/**
 * The parts of a step's context that a request for an image uses; a reaction's context has all of it except
 * `spend`.
 */
export type PaintingContext = Pick<StepContext, "signal" | "log" | "spend" | "artifacts">;

/**
 * Asks the image model of the deployment: `const { picture, by, usd } = await askImageModel(scenePrompt,
 * scene, context)`. Its cost counts towards the run's budget; a run pays for the same image once. Failures
 * are classified as in `askModel`, except that a model's refusal gives up, so that the step's fallback runs.
 */
export async function askImageModel<Input>(
  prompt: ImagePrompt<Input>,
  input: NoInfer<Input>,
  context: PaintingContext,
): Promise<Painting> {
  const text = process.env[ENVIRONMENT.imageModel];
  const setting: ImageModelSetting = text ? JSON.parse(text) : EMBEDDED_IMAGES;
  const model = await imageModel(setting, () => prompt.byRule(input), apiKey);
  const records = setting.provider === "embedded" ? noPaintings() : artifactPaintings(context);
  return await paint(prompt, input, context, { setting, model, records });
}
