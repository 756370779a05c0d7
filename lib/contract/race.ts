/** A way of a race: the path of the race, and the way's name. */
export interface Way {
  race: string;
  way: string;
}

/** The winner of a race, in one epoch of a run. */
export interface Decided {
  epoch: number;
  /** The path of the race. */
  path: string;
  winner: string;
}

/**
 * The segment of a path for one way of a race: "first.paid". Names have no dot, so a path itself says which
 * ways of which races it is in.
 */
export function waySegment(race: string, way: string): string {
  return `${race}.${way}`;
}

/** The ways in which a path is, the outermost first. */
export function waysOf(path: string): Way[] {
  const segments = path.split("/");
  return segments.flatMap((segment, at) => {
    const dot = segment.indexOf(".");
    if (dot === -1) return [];
    const race = [...segments.slice(0, at), segment.slice(0, dot)].join("/");
    return [{ race, way: segment.slice(dot + 1) }];
  });
}

/** The way in which a path has lost a race; undefined if it has lost none so far. */
export function lostWay(
  { epoch, path }: { epoch: number; path: string },
  decided: readonly Decided[],
): Way | undefined {
  const won = new Map(decided.filter((one) => one.epoch === epoch).map((one) => [one.path, one.winner]));
  return waysOf(path).find(({ race, way }) => won.has(race) && won.get(race) !== way);
}
