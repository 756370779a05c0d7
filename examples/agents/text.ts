import MiniSearch from "minisearch";

const STOP = new Set(
  "a about after again all also am an and any are as at be been but by can could did do does else for from get give had has have hello hi how i if in into is it its just like me more my need no not now of on one or our out please she should so some such than thank that the their them then there these they this to too up us very want was we were what when where which who why will with would you your".split(
    " ",
  ),
);

/** The meaningful words of a text, in lower case, without endings. */
export function words(text: string): string[] {
  return (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).flatMap((word) => stem(word) ?? []);
}

/** A word without its ending; undefined for a stop word. */
export function stem(word: string): string | undefined {
  if (STOP.has(word) || word.length < 2) return undefined;
  if (word.length < 5) return word;
  return word.replace(/(?:ies)$/, "y").replace(/(?:ing|ed|es|s|e)$/, "");
}

/** Documents that can be searched by words, best match first, ranked by BM25. */
export interface Index<Document> {
  search(text: string, most: number): { document: Document; score: number }[];
}

/** Indexes documents by the texts of `fields`, with their weights. */
export function indexOf<Document extends object>(
  documents: readonly Document[],
  fields: { readonly [Field in keyof Document & string]?: number },
): Index<Document> {
  const index = new MiniSearch<{ id: number }>({
    fields: Object.keys(fields),
    tokenize: (text) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [],
    processTerm: (word) => stem(word.toLowerCase()) ?? null,
    searchOptions: { boost: fields as Record<string, number>, combineWith: "OR" },
  });
  index.addAll(documents.map((document, id) => ({ ...document, id })));
  return {
    search: (text, most) =>
      index
        .search(text)
        .slice(0, most)
        .map(({ id, score }) => ({ document: documents[id as number]!, score })),
  };
}

/** The sentences of a text. */
export function sentences(text: string): string[] {
  return text.split(/(?<=[.!?])\s+/).filter((sentence) => sentence.trim() !== "");
}
