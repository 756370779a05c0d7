import { isRawNumber } from "../../kernel/raw-number.ts";
import type { Scalar } from "./json.ts";
import type { UsedPaths } from "./used-paths.ts";

/**
 * The array elements that contain a field: array, index, array, index, … Arrays are numbered in the order in
 * which they are visited; a value that is itself an element of an array does not count, only what is inside
 * an object element.
 */
export type Membership = readonly number[];

export interface Field {
  value: Scalar;
  membership: Membership;
}

/** The leaves of an event by dotted path. */
export type Fields = ReadonlyMap<string, Field[]>;

const NOWHERE: Membership = [];

/** The leaves at the used paths. */
export function collectFields(event: unknown, used: UsedPaths): Fields {
  const fields = new Map<string, Field[]>();
  let arrays = 0;

  const visit = (path: string, value: unknown, membership: Membership): void => {
    if (Array.isArray(value)) {
      const array = arrays++;
      value.forEach((element, index) => {
        const nested = typeof element === "object" && element !== null;
        visit(path, element, nested ? [...membership, array, index] : membership);
      });
    } else if (typeof value === "object" && value !== null && !isRawNumber(value)) {
      const members = used.membersOf(path);
      if (!members) return;
      for (const name of Object.keys(value)) {
        const memberPath = members.get(name);
        if (memberPath !== undefined) visit(memberPath, (value as Record<string, unknown>)[name], membership);
      }
    } else {
      const field = { value: value as Scalar, membership };
      const others = fields.get(path);
      if (others) others.push(field);
      else fields.set(path, [field]);
    }
  };

  visit("", event, NOWHERE);
  return fields;
}

/** Both memberships together, or undefined if they are in different elements of one array. */
export function mergeMemberships(one: Membership, other: Membership): Membership | undefined {
  let merged = one;
  for (let at = 0; at < other.length; at += 2) {
    const index = indexIn(one, other[at]!);
    if (index === undefined) merged = [...merged, other[at]!, other[at + 1]!];
    else if (index !== other[at + 1]) return undefined;
  }
  return merged;
}

function indexIn(membership: Membership, array: number): number | undefined {
  for (let at = 0; at < membership.length; at += 2) {
    if (membership[at] === array) return membership[at + 1];
  }
  return undefined;
}
