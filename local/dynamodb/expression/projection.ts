import { type AttributeMap, type AttributeValue, emptyMap } from "../value/attribute-value.ts";
import { valueAt } from "./evaluate.ts";
import { type Path, type Placeholders, refuseOverlap, refuseReservedSteps } from "./placeholders.ts";
import { type PathStep, parsePath, start } from "./syntax.ts";

/** Parses a projection. Throws ValidationException without the parameter's name. */
export function compileProjection(expression: string, placeholders: Placeholders): Path[] {
  const paths = writtenProjection(expression).map((steps) => placeholders.path(steps));
  refuseOverlap(paths);
  return paths;
}

/** The paths as written, with placeholders. */
export function writtenProjection(expression: string): PathStep[][] {
  const cursor = start(expression);
  const written = [parsePath(cursor)];
  while (cursor.takes(",")) written.push(parsePath(cursor));
  if (cursor.token.kind !== "end") throw cursor.unexpected();
  written.forEach(refuseReservedSteps);
  return written;
}

/** The part of the item that the paths name. Elements of a list keep their order and close the gaps. */
export function project(item: AttributeMap, paths: readonly Path[]): AttributeMap {
  const result = emptyMap();
  const lists: AttributeValue[][] = [];
  for (const path of paths) {
    const value = valueAt(item, path);
    if (value === undefined) continue;
    let container: any = result;
    path.forEach((step, depth) => {
      if (depth === path.length - 1) {
        container[step] = value;
      } else {
        container[step] ??= typeof path[depth + 1] === "number" ? { L: sparse(lists) } : { M: emptyMap() };
        container = container[step].L ?? container[step].M;
      }
    });
  }
  for (const list of lists) closeRanks(list);
  return result;
}

/** A list whose positions may stay empty until `closeRanks`. */
function sparse(lists: AttributeValue[][]): AttributeValue[] {
  const list: AttributeValue[] = [];
  lists.push(list);
  return list;
}

/** Removes the empty positions of a list, in place. */
export function closeRanks(list: (AttributeValue | undefined)[]): void {
  // Not by index up to the length: an update may have written far beyond the end.
  const members = Object.values(list).filter((member) => member !== undefined);
  list.length = 0;
  for (const member of members) list.push(member);
}
