/** The paths that patterns compare, with those that lead to them: an event is read no further. */
export class UsedPaths {
  /** How many conditions need each path or something below it. */
  private readonly counts = new Map<string, number>();
  /** By path: the used paths below it, by what they add to it. Made when it is asked for. */
  private members: Map<string, Map<string, string>> | undefined;

  /** Adds a path, or removes it where `by` is -1. */
  count(path: string, by: 1 | -1): void {
    this.members = undefined;
    for (const part of pathsTo(path)) {
      const count = (this.counts.get(part) ?? 0) + by;
      if (count === 0) this.counts.delete(part);
      else this.counts.set(part, count);
    }
  }

  /**
   * The used members of the object at a path, each with its own path; undefined if there are none. A member's
   * name may contain dots: the path "a.b" is a member "b" of "a", and a member "a.b" of the event.
   */
  membersOf(path: string): ReadonlyMap<string, string> | undefined {
    this.members ??= membersByPath(this.counts.keys());
    return this.members.get(path);
  }
}

function membersByPath(paths: Iterable<string>): Map<string, Map<string, string>> {
  const found = new Map<string, Map<string, string>>();
  const add = (parent: string, name: string, path: string) => {
    const members = found.get(parent);
    if (members) members.set(name, path);
    else found.set(parent, new Map([[name, path]]));
  };
  for (const path of paths) {
    add("", path, path);
    for (let dot = path.indexOf("."); dot >= 0; dot = path.indexOf(".", dot + 1))
      add(path.slice(0, dot), path.slice(dot + 1), path);
  }
  return found;
}

/** "a", "a.b", "a.b.c" for "a.b.c". */
function pathsTo(path: string): string[] {
  const paths = [path];
  for (let dot = path.indexOf("."); dot >= 0; dot = path.indexOf(".", dot + 1))
    paths.push(path.slice(0, dot));
  return paths;
}
