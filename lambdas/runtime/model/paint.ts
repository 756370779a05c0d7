import { canonicalJson, digest } from "../../../lib/contract/canonical.ts";
import { giveUp } from "../../../lib/contract/failure.ts";
import type { ImageModelSetting, ImageSize } from "../../../lib/contract/image-model.ts";
import { modelName } from "../../../lib/contract/model-place.ts";
import type { StepContext } from "../work/context.ts";
import { classify } from "./failures.ts";
import type { ImageModel } from "./image-model.ts";
import type { ImagePrompt } from "./image-prompt.ts";
import type { Painting } from "./painting.ts";
import type { PaintingRecords } from "./painting-records.ts";

/** The parts of a step's context that a call of an image model needs. */
export type PaintContext = Pick<StepContext, "signal" | "log" | "spend">;

export interface Studio {
  setting: ImageModelSetting;
  model: ImageModel;
  /** The earlier images of this run. */
  records: PaintingRecords;
}

/**
 * Creates the image of a prompt, within the run's budget. An image of the same prompt in this run is reused.
 * Throws failures that say what happens next: wait, give up, or retry.
 */
export async function paint<Input>(
  prompt: ImagePrompt<Input>,
  input: Input,
  context: PaintContext,
  { setting, model, records }: Studio,
): Promise<Painting> {
  const size = (setting.provider !== "embedded" && setting.size) || prompt.size;
  const wish = { prompt: prompt.ask(input), size, seed: prompt.seed?.(input) };
  const asked = digest(canonicalJson({ ...wish, model: modelName(setting) }));
  const known = await records.read(asked);
  if (known) return known;
  const painting = await paid(prompt.name, wish, context, setting, model);
  await records.write(asked, painting);
  return painting;
}

interface Wish {
  prompt: string;
  size: ImageSize;
  seed: number | undefined;
}

async function paid(
  name: string,
  wish: Wish,
  { signal, log, spend }: PaintContext,
  setting: ImageModelSetting,
  model: ImageModel,
): Promise<Painting> {
  const usd = setting.provider === "embedded" ? 0 : setting.price;
  const by = modelName(setting);
  return await spend({ usd }, async () => {
    try {
      const picture = await pictureOf(model, wish, signal);
      log.info("The model has painted.", { prompt: name, model: by, bytes: picture.length, usd });
      return { value: { picture, by, usd }, actual: { usd } };
    } catch (error) {
      throw classify(declined(error, by), by);
    }
  });
}

async function pictureOf(model: ImageModel, wish: Wish, abortSignal: AbortSignal): Promise<Uint8Array> {
  const { images } = await model.doGenerate({
    ...wish,
    n: 1,
    abortSignal,
    providerOptions: {},
    aspectRatio: undefined,
    files: undefined,
    mask: undefined,
  });
  const [image] = images;
  if (!image?.length) throw new Error("The image model returned no image.");
  return typeof image === "string" ? Buffer.from(image, "base64") : image;
}

/**
 * Bedrock answers 200 if a model refuses to create an image, and its provider throws a plain error for that.
 */
function declined(error: unknown, by: string): unknown {
  return error instanceof Error && /request was moderated/i.test(error.message)
    ? giveUp(`The model ${by} refused to create an image: ${error.message}`, {
        cause: error,
        name: "ModelDeclined",
      })
    : error;
}
