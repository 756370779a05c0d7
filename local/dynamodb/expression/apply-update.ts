import { validation } from "../errors.ts";
import {
  type AttributeMap,
  type AttributeValue,
  contentOf,
  copyOf,
  typeOf,
} from "../value/attribute-value.ts";
import { addNumbers, subtractNumbers } from "../value/decimal.ts";
import { valueAt } from "./evaluate.ts";
import { closeRanks } from "./projection.ts";
import type { Assigned, UpdateAction } from "./update.ts";

/**
 * The item after the update; the given one is not changed. Every right-hand side reads the item before the
 * update, and every index means the list before the update, whatever else the expression changes.
 */
export function applyUpdate(item: AttributeMap, actions: readonly UpdateAction[]): AttributeMap {
  const results = actions.map((action) => resultOf(item, action));
  const draft = new Draft(item);
  actions.forEach(({ kind, path }, at) => {
    const container = draft.containerOf(path);
    if (!container) {
      throw validation("The document path provided in the update expression is invalid for update");
    }
    const step = path.at(-1)!;
    const result = results[at];
    if (result !== undefined) container[step] = result;
    else if (kind !== "SET") delete container[step];
  });
  return draft.finish();
}

/** The new value at the action's path: undefined removes it. */
function resultOf(item: AttributeMap, action: UpdateAction): AttributeValue | undefined {
  switch (action.kind) {
    case "SET":
      return evaluate(item, action.assigned);
    case "REMOVE":
      return undefined;
    case "ADD":
      return add(valueAt(item, action.path), action.value);
    case "DELETE":
      return withoutMembers(valueAt(item, action.path), action.value);
  }
}

function evaluate(item: AttributeMap, assigned: Assigned): AttributeValue {
  switch (assigned.kind) {
    case "value":
      return assigned.value;
    case "path": {
      const value = valueAt(item, assigned.path);
      if (value) return value;
      throw validation("The provided expression refers to an attribute that does not exist in the item");
    }
    case "if_not_exists": {
      const [first, otherwise] = assigned.operands as [Assigned & { kind: "path" }, Assigned];
      return valueAt(item, first.path) ?? evaluate(item, otherwise);
    }
    case "list_append": {
      const [left, right] = operandsOf(item, assigned.operands);
      if (!("L" in left && "L" in right)) throw incorrectType();
      return { L: [...left.L, ...right.L] };
    }
    case "+":
    case "-": {
      const [left, right] = operandsOf(item, assigned.operands);
      if (!("N" in left && "N" in right)) throw incorrectType();
      return { N: (assigned.kind === "+" ? addNumbers : subtractNumbers)(left.N, right.N) };
    }
  }
}

function operandsOf(item: AttributeMap, operands: Assigned[]): [AttributeValue, AttributeValue] {
  const [left, right] = operands as [Assigned, Assigned];
  return [evaluate(item, left), evaluate(item, right)];
}

function add(existing: AttributeValue | undefined, value: AttributeValue): AttributeValue {
  if (!existing) return value;
  const type = typeOf(value);
  if (typeOf(existing) !== type) throw incorrectType();
  if ("N" in existing && "N" in value) return { N: addNumbers(existing.N, value.N) };
  return { [type]: [...new Set([...contentOf(existing), ...contentOf(value)])] } as AttributeValue;
}

/** The set without these members; undefined if it would be empty, since empty sets do not exist. */
function withoutMembers(
  existing: AttributeValue | undefined,
  value: AttributeValue,
): AttributeValue | undefined {
  if (!existing) return undefined;
  const type = typeOf(value);
  if (typeOf(existing) !== type) throw incorrectType();
  const removed = new Set(contentOf(value));
  const left = contentOf(existing).filter((member: string) => !removed.has(member));
  return left.length > 0 ? ({ [type]: left } as AttributeValue) : undefined;
}

function incorrectType(): Error {
  return validation("An operand in the update expression has an incorrect data type");
}

/** A copy of an item that copies only the containers on the path to the change. */
class Draft {
  private readonly root: { M: AttributeMap };
  private readonly copied = new Set<object>();
  private readonly lists: AttributeValue[][] = [];

  constructor(item: AttributeMap) {
    this.root = { M: copyOf(item) };
  }

  /** The list or map that contains the path's last step, safe to change; undefined if there is none. */
  containerOf(path: (string | number)[]): any {
    let value: any = this.root;
    for (let depth = 0; ; depth++) {
      const step = path[depth]!;
      const container = typeof step === "number" ? value.L : value.M;
      if (container === undefined || depth === path.length - 1) return container;
      const inner = Object.hasOwn(container, step) ? container[step] : undefined;
      if (inner === undefined) return undefined;
      value = this.own(inner);
      container[step] = value;
    }
  }

  finish(): AttributeMap {
    for (const list of this.lists) closeRanks(list);
    return this.root.M;
  }

  private own(value: AttributeValue): AttributeValue {
    if (this.copied.has(value)) return value;
    const copy = "M" in value ? { M: copyOf(value.M) } : "L" in value ? { L: this.copyList(value.L) } : value;
    this.copied.add(copy);
    return copy;
  }

  private copyList(list: AttributeValue[]): AttributeValue[] {
    const copy = [...list];
    this.lists.push(copy);
    return copy;
  }
}
