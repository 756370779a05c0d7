/** The paths that patterns compare: an event is read at these alone. */
export class UsedPaths {
  /** How many conditions compare each path. */
  private readonly counts = new Map<string, number>();
  /** By path: what leads on to the used paths below it. Made when it is asked for. */
  private members: Map<string, Map<string, string>> | undefined;

  /** Adds a path, or removes it where `by` is -1. */
  count(path: string, by: 1 | -1): void {
    this.members = undefined;
    const count = (this.counts.get(path) ?? 0) + by;
    if (count === 0) this.counts.delete(path);
    else this.counts.set(path, count);
  }

  /**
   * The members of the object at a path that are used, or that lead to used paths, each with its own path;
   * undefined if there are none. A member's name may contain dots: the path "a.b" is a member "b" of "a", and
   * a member "a.b" of the event.
   */
  membersOf(path: string): ReadonlyMap<string, string> | undefined {
    this.members ??= membersByPath(this.counts.keys());
    return this.members.get(path);
  }
}

function membersByPath(used: Iterable<string>): Map<string, Map<string, string>> {
  const found = new Map<string, Map<string, string>>();
  const add = (parent: string, name: string, path: string) => {
    const members = found.get(parent) ?? new Map();
    found.set(parent, members.set(name, path));
  };
  for (const path of new Set([...used].flatMap(pathsTo))) {
    add("", path, path);
    for (const parent of pathsTo(path).slice(0, -1)) add(parent, path.slice(parent.length + 1), path);
  }
  return found;
}

/** "a", "a.b", "a.b.c" for "a.b.c". */
function pathsTo(path: string): string[] {
  const names = path.split(".");
  return names.map((_, at) => names.slice(0, at + 1).join("."));
}
