/**
 * Cuts a connected group in two so that the links across have the least weight: the algorithm of Stoer and
 * Wagner (1997). Among equal cuts, the one whose halves have the most similar sizes, since each half then
 * needs fewer further cuts.
 */
export function minimumCut(
  group: readonly string[],
  weight: (a: string, b: string) => number,
): [string[], string[]] {
  let blobs = group.map((node) => [node]);
  const weights = new Map(
    blobs.map((a) => [a, new Map(blobs.map((b) => [b, a === b ? 0 : weight(a[0]!, b[0]!)]))]),
  );
  const between = (a: string[], b: string[]) => weights.get(a)!.get(b)!;
  let best: { crossing: number; half: string[] } | undefined;

  while (blobs.length > 1) {
    const [last, previous] = mostTightlyConnected(blobs, between);
    const crossing = blobs.reduce((sum, blob) => sum + (blob === last ? 0 : between(last, blob)), 0);
    const imbalance = (half: string[]) => Math.abs(group.length - 2 * half.length);
    if (
      !best ||
      crossing < best.crossing ||
      (crossing === best.crossing && imbalance(last) < imbalance(best.half))
    ) {
      best = { crossing, half: last };
    }
    const merged = [...previous, ...last];
    const others = blobs.filter((blob) => blob !== last && blob !== previous);
    const toMerged = new Map(others.map((blob) => [blob, between(last, blob) + between(previous, blob)]));
    weights.set(merged, toMerged);
    for (const [blob, sum] of toMerged) weights.get(blob)!.set(merged, sum);
    blobs = [merged, ...others];
  }
  const half = new Set(best!.half);
  const [one, other] = [group.filter((node) => half.has(node)), group.filter((node) => !half.has(node))];
  return other.includes(group[0]!) ? [other, one] : [one, other];
}

/**
 * Adds one blob after another, each time the one with the most links to those added; answers the last two.
 */
function mostTightlyConnected(
  blobs: readonly string[][],
  between: (a: string[], b: string[]) => number,
): [last: string[], previous: string[]] {
  const [first, ...others] = blobs;
  const links = new Map(others.map((blob) => [blob, between(first!, blob)]));
  let [last, previous] = [first!, first!];
  while (links.size > 0) {
    const next = [...links].reduce((most, candidate) => (candidate[1] > most[1] ? candidate : most))[0];
    links.delete(next);
    for (const [blob, sum] of links) links.set(blob, sum + between(next, blob));
    [last, previous] = [next, last];
  }
  return [last, previous];
}
