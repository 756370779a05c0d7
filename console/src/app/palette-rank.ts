export interface Choice {
  key: string;
  name: string;
}

/**
 * The matches of a text: names that begin with it first, then those in which a word does, then those that
 * contain its letters in order.
 */
export function ranked<Entry extends Choice>(entries: readonly Entry[], text: string): Entry[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return [...entries];
  return entries
    .map((entry) => ({ entry, rank: rankOf(entry.name.toLowerCase(), wanted) }))
    .filter(({ rank }) => rank > 0)
    .sort((a, b) => b.rank - a.rank)
    .map(({ entry }) => entry);
}

function rankOf(name: string, wanted: string): number {
  if (name.startsWith(wanted)) return 4;
  if (name.split(/[\s.\-_]+/).some((word) => word.startsWith(wanted))) return 3;
  if (name.includes(wanted)) return 2;
  let at = -1;
  for (const letter of wanted) {
    at = name.indexOf(letter, at + 1);
    if (at < 0) return 0;
  }
  return 1;
}
