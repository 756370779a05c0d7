import { validation } from "../errors.ts";
import type { Condition } from "../expression/condition.ts";
import { type Bound, boundsOf, type KeyOperator, MIRRORED } from "../expression/key-condition.ts";
import { typeIs } from "../key-rules.ts";
import { type KeyAttribute, type Keys, keyNames } from "../table.ts";
import type { AttributeValue } from "../value/attribute-value.ts";
import { encodePartitionKey } from "../value/key-encoding.ts";
import { type Branch, branchesOf, isAttribute, mentions } from "./branches.ts";

/** One partition, and a range of its sort keys. */
export interface Span {
  hash: AttributeValue;
  lower?: Bound;
  upper?: Bound;
}

interface Read {
  span: Span;
  /** Equal for the same partition. */
  partition: string;
  /** Whether the only conditions on the sort key are inequalities. */
  negated: boolean;
}

const MOST_READS = 50;

/**
 * The partitions that a SELECT reads, in the order of writing; undefined if a branch of its condition names
 * none, so that it reads all. Throws ValidationException if branches overlap.
 */
export function spansOf(condition: Condition | undefined, keys: Keys): Span[] | undefined {
  const branches = condition && branchesOf(condition, keyNames(keys));
  if (!branches) return undefined;
  const read: Read[] = [];
  for (const branch of branches) {
    const hashes = valuesIn(branch, keys.hash, ["="]);
    if (hashes.length !== 1) return undefined;
    const hash = hashes[0]!.values[0]!;
    const terms = keys.range ? valuesIn(branch, keys.range) : [];
    const sort = terms.find(({ operator }) => operator === "=") ?? terms[0];
    const negated =
      !sort && keys.range !== undefined && branch.some((term) => isNegated(term, keys.range!.name));
    const partition = Buffer.from(encodePartitionKey(hash)).toString("base64");
    read.push({ span: { hash, ...(sort && boundsOf(sort)) }, partition, negated });
  }
  if (read.length > MOST_READS) throw validation("Too many decomposed read operations for a given query.");
  refuseOverlap(read);
  const spans = new Map<string, Span[]>();
  for (const { span, partition } of read) {
    const ranges = spans.get(partition) ?? [];
    // If a branch reads the whole partition, it is read once for all branches.
    const whole = [span, ...ranges].find(({ lower, upper }) => !lower && !upper);
    spans.set(partition, whole ? [whole] : [...ranges, span]);
  }
  return [...spans.values()].flatMap((ranges) => ranges.sort(byLowerBound));
}

function refuseOverlap(read: Read[]): void {
  for (const [at, one] of read.entries()) {
    for (const other of read.slice(0, at)) {
      if (one.partition !== other.partition || one.negated || other.negated) continue;
      if (overlap(one.span, other.span)) {
        throw validation("Overlapping conditions with range keys are not supported in where clause");
      }
    }
  }
}

/** The terms about a key attribute. Throws ValidationException for values that cannot be that key. */
function valuesIn(
  branch: Branch,
  { name, type }: KeyAttribute,
  operators?: KeyOperator[],
): { operator: KeyOperator; values: AttributeValue[] }[] {
  return branch.flatMap((term) => {
    const found = keyTerm(term, name);
    if (!found || (operators && !operators.includes(found.operator))) return [];
    if (found.values.some((value) => !typeIs(value, type))) {
      throw validation(`Key attribute's data type should match its data type in table's schema: Key ${name}`);
    }
    return [found];
  });
}

function keyTerm(
  term: Condition,
  name: string,
): { operator: KeyOperator; values: AttributeValue[] } | undefined {
  if (term.kind === "compare" && term.comparator !== "<>") {
    const { left, right, comparator } = term;
    if (isAttribute(left, name) && right.kind === "value")
      return { operator: comparator, values: [right.value] };
    if (isAttribute(right, name) && left.kind === "value") {
      return { operator: MIRRORED[comparator]!, values: [left.value] };
    }
  }
  if (term.kind === "between" && isAttribute(term.operand, name)) {
    const values = [term.lower, term.upper].flatMap((bound) => (bound.kind === "value" ? [bound.value] : []));
    return values.length === 2 ? { operator: "BETWEEN", values } : undefined;
  }
  if (term.kind === "function" && term.name === "begins_with" && isAttribute(term.arguments[0]!, name)) {
    const prefix = term.arguments[1]!;
    return prefix.kind === "value" ? { operator: "begins_with", values: [prefix.value] } : undefined;
  }
  return undefined;
}

function isNegated(term: Condition, name: string): boolean {
  if (term.kind === "not") return mentions(term.condition, name);
  return term.kind === "compare" && term.comparator === "<>" && mentions(term, name);
}

function overlap(one: Span, other: Span): boolean {
  return !endsBefore(one, other) && !endsBefore(other, one);
}

function endsBefore({ upper }: Span, { lower }: Span): boolean {
  if (!upper || !lower) return false;
  const order = Buffer.compare(upper.key, lower.key);
  return order < 0 || (order === 0 && !(upper.inclusive && lower.inclusive));
}

function byLowerBound({ lower: one }: Span, { lower: other }: Span): number {
  if (!one || !other) return Number(one !== undefined) - Number(other !== undefined);
  return Buffer.compare(one.key, other.key) || Number(other.inclusive) - Number(one.inclusive);
}
