import type { StepContext } from "../work/context.ts";
import { readIfThere } from "./artifact-records.ts";
import type { Painting } from "./painting.ts";

/** Where what a run had painted is kept, by the digest of everything that was asked. */
export interface PaintingRecords {
  read(asked: string): Promise<Painting | undefined>;
  write(asked: string, painting: Painting): Promise<void>;
}

/**
 * Beside the large values of a run. Apart from an answer in words, a picture is taken again by whoever asks for the very
 * same: who wants another one gives another seed.
 */
export function artifactPaintings({ artifacts }: Pick<StepContext, "artifacts">): PaintingRecords {
  const keyOf = (asked: string) => `payload/model/painting-${asked}.json`;
  return {
    async read(asked) {
      const kept = await readIfThere(artifacts, keyOf(asked));
      if (!kept) return undefined;
      const { picture, ...about } = JSON.parse(new TextDecoder().decode(kept));
      return { ...about, picture: Buffer.from(picture, "base64") };
    },
    async write(asked, { picture, ...about }) {
      const text = JSON.stringify({ ...about, picture: Buffer.from(picture).toString("base64") });
      await artifacts.put(keyOf(asked), text, "application/json");
    },
  };
}

/** Of a model that draws the same again anyway, for nothing. */
export function noPaintings(): PaintingRecords {
  return { read: async () => undefined, write: async () => {} };
}
