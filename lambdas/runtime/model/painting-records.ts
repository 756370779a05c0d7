import type { StepContext } from "../work/context.ts";
import { readIfThere } from "./artifact-records.ts";
import type { Painting } from "./painting.ts";

/** Where the images of a run are stored, by the digest of the whole request. */
export interface PaintingRecords {
  read(asked: string): Promise<Painting | undefined>;
  write(asked: string, painting: Painting): Promise<void>;
}

/**
 * Next to the large values of a run. Unlike a text answer, an image is reused for every equal request: a
 * caller that wants another one passes another seed.
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

/** For a model that always draws the same image, at no cost. */
export function noPaintings(): PaintingRecords {
  return { read: async () => undefined, write: async () => {} };
}
