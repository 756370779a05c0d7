import type { ImageSize } from "../../../lib/contract/image-model.ts";

/**
 * The prompt of an image model, in a file next to its step. It does not name the model, which is a setting of
 * the deployment; `byRule` draws for the embedded model, so that everything runs without a network.
 */
export interface ImagePrompt<Input = any> {
  /** The name in logs and records. */
  readonly name: string;
  /** What the image should show. */
  readonly ask: (input: Input) => string;
  /** The requested size; a model with fixed sizes has its own in the setting. */
  readonly size: ImageSize;
  /**
   * A whole number from 0 to 858,993,459: the same seed gives the same image, if the model supports it.
   * @default the model's choice
   */
  readonly seed?: (input: Input) => number;
  /** Draws by rule: an image as a file, always the same for the same input. */
  readonly byRule: (input: Input) => Uint8Array | Promise<Uint8Array>;
}

/** Declares an image prompt. */
export function defineImagePrompt<Input>(
  name: string,
  prompt: Omit<ImagePrompt<Input>, "name">,
): ImagePrompt<Input> {
  return { name, ...prompt };
}
