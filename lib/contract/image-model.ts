import { DefinitionError } from "./definition-error.ts";
import { amountOf, type ModelPlace, readPlace } from "./model-place.ts";

type Remote = Exclude<ModelPlace, { provider: "embedded" }>;

/** The image model that steps call. It is a setting of the deployment, like the language model. */
export type ImageModelSetting = { provider: "embedded" } | (Remote & ImageOffer);

/** The price and size of a paid model's images. */
export interface ImageOffer {
  /** US dollars per image. */
  price: number;
  /** Pixels of its images. @default the size that the prompt requests */
  size?: ImageSize | undefined;
}

/** Pixels: "1280x720". */
export type ImageSize = `${number}x${number}`;

export const EMBEDDED_IMAGES: ImageModelSetting = { provider: "embedded" };

const SIZE = /^[1-9]\d{1,3}x[1-9]\d{1,3}$/;
const FORMS =
  '"embedded", "bedrock:<model id>?image=<dollars>" or "https://host/v1?model=<name>&image=<dollars>", with the price of one image, and "&size=<width>x<height>" if the model supports certain sizes only';

/**
 * Parses a setting. For an endpoint with a key, `secret` is the ARN of the secret in Secrets Manager that
 * holds it. Throws a DefinitionError that lists the valid forms.
 */
export function parseImageModel(text = "embedded"): ImageModelSetting {
  if (text === "embedded") return EMBEDDED_IMAGES;
  const read = readPlace(text);
  const price = read && amountOf(read.parameters, "image");
  const size = read?.parameters.get("size") ?? undefined;
  if (read && price !== undefined && (size === undefined || SIZE.test(size))) {
    return { ...read.place, price, size: size as ImageSize | undefined };
  }
  throw new DefinitionError(`The image model "${text}" cannot be parsed. Use ${FORMS}.`);
}
