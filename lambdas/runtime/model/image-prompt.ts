import type { ImageSize } from "../../../lib/contract/image-model.ts";

/**
 * What an image model is asked to paint, in a file beside its step. It says nothing of the model, which is a setting of
 * the deployment; `byRule` is what the embedded model draws, so that everything runs without a network.
 */
export interface ImagePrompt<Input = any> {
  /** As logs and records name it. */
  readonly name: string;
  /** What the picture shall show. */
  readonly ask: (input: Input) => string;
  /** What is wanted; a model that knows certain sizes only has its own in the setting. */
  readonly size: ImageSize;
  /** A whole number from 0 to 858,993,459: the same paints the same, as far as the model can. @default the model's own whim */
  readonly seed?: (input: Input) => number;
  /** The same by rule: a picture as a file, always the same for the same input. */
  readonly byRule: (input: Input) => Uint8Array | Promise<Uint8Array>;
}

/** Declares an image prompt. */
export function defineImagePrompt<Input>(
  name: string,
  prompt: Omit<ImagePrompt<Input>, "name">,
): ImagePrompt<Input> {
  return { name, ...prompt };
}
