/** What was meant, and what was answered; undefined where nothing was. */
export interface Pair {
  meant: string;
  answered: string | undefined;
}

/** The share of answers that are right. */
export function accuracy(pairs: readonly Pair[]): number {
  return pairs.filter(({ meant, answered }) => meant === answered).length / pairs.length;
}

/** The mean over all labels that are meant of the harmonic mean of precision and recall, so that rare labels count as much as others. */
export function macroF1(pairs: readonly Pair[]): number {
  const labels = [...new Set(pairs.map(({ meant }) => meant))];
  const scores = labels.map((label) => {
    const right = pairs.filter(({ meant, answered }) => meant === label && answered === label).length;
    const wrong = pairs.filter(({ meant, answered }) => (meant === label) !== (answered === label)).length;
    return right === 0 ? 0 : (2 * right) / (2 * right + wrong);
  });
  return scores.reduce((sum, score) => sum + score, 0) / labels.length;
}

/** How often which label was answered for which: rows are what was meant. */
export function confusion(pairs: readonly Pair[]): { labels: string[]; counts: number[][] } {
  const labels = [...new Set(pairs.flatMap(({ meant, answered }) => [meant, answered ?? "nothing"]))].sort();
  const counts = labels.map((row) =>
    labels.map(
      (column) =>
        pairs.filter(({ meant, answered = "nothing" }) => meant === row && answered === column).length,
    ),
  );
  return { labels, counts };
}

/** The label that is meant most often. */
export function majority(labels: readonly string[]): string {
  const count = (label: string) => labels.filter((other) => other === label).length;
  return [...new Set(labels)].sort((a, b) => count(b) - count(a) || (a < b ? -1 : 1))[0]!;
}
