import { isObject } from "../kernel/is-object.ts";
import type { PropertyShape } from "../kernel/resource.ts";
import { intrinsic } from "./resolve.ts";

/** The paths of all properties in `value` that `shape` does not know: "RedrivePolicy.colour", "Targets[0].X". */
export function unserved(value: unknown, shape: PropertyShape, path = ""): string[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => unserved(item, shape, `${path}[${index}]`));
  if (!isObject(value) || intrinsic(value)) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const below = path ? `${path}.${name}` : name;
    const known = Object.hasOwn(shape, name) ? shape[name]! : undefined;
    if (known === undefined) return [below];
    return typeof known === "object" ? unserved(member, known, below) : [];
  });
}
