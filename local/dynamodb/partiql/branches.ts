import type { Condition, Operand } from "../expression/condition.ts";

/** One way to satisfy a condition: all of its terms hold. */
export type Branch = Condition[];

/** Maximum number of branches, above which a condition is taken to name no partitions. */
const MOST_BRANCHES = 1000;

/** The condition as alternatives, for its keys only; undefined if there are too many. */
export function branchesOf(condition: Condition, keys: string[]): Branch[] | undefined {
  if (!keys.some((name) => mentions(condition, name))) return [[condition]];
  switch (condition.kind) {
    case "or": {
      const [left, right] = [branchesOf(condition.left, keys), branchesOf(condition.right, keys)];
      return left && right && within([...left, ...right]);
    }
    case "and": {
      const [left, right] = [branchesOf(condition.left, keys), branchesOf(condition.right, keys)];
      if (!left || !right || left.length * right.length > MOST_BRANCHES) return undefined;
      return left.flatMap((one) => right.map((other) => [...one, ...other]));
    }
    case "in":
      return condition.candidates.map((candidate) => [
        { kind: "compare", comparator: "=", left: condition.operand, right: candidate },
      ]);
    default:
      return [[condition]];
  }
}

const within = (branches: Branch[]) => (branches.length > MOST_BRANCHES ? undefined : branches);

/** Whether a condition refers to the attribute. */
export function mentions(condition: Condition, name: string): boolean {
  switch (condition.kind) {
    case "and":
    case "or":
      return mentions(condition.left, name) || mentions(condition.right, name);
    case "not":
      return mentions(condition.condition, name);
    case "compare":
      return isAttribute(condition.left, name) || isAttribute(condition.right, name);
    case "between":
    case "in":
      return isAttribute(condition.operand, name);
    case "function":
      return condition.arguments.some((argument) => isAttribute(argument, name));
  }
}

export const isAttribute = (operand: Operand, name: string) =>
  operand.kind === "path" && operand.path.length === 1 && operand.path[0] === name;
