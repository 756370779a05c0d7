import { ServiceError } from "../../kernel/errors.ts";
import { validation } from "../errors.ts";
import { type Condition, compileCondition } from "../expression/condition.ts";
import { expectedCondition, legacyCondition, legacyProjection, legacyUpdate } from "../expression/legacy.ts";
import { type Path, Placeholders } from "../expression/placeholders.ts";
import { compileProjection } from "../expression/projection.ts";
import { compileUpdate, type UpdateAction } from "../expression/update.ts";
import type { AttributeMap } from "../value/attribute-value.ts";

interface ExpressionInput {
  [parameter: string]: any;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: AttributeMap;
}

type Parameter =
  | "UpdateExpression"
  | "ConditionExpression"
  | "KeyConditionExpression"
  | "FilterExpression"
  | "ProjectionExpression";

/** The expressions of a query. */
export const QUERY_EXPRESSIONS: readonly Parameter[] = [
  "ProjectionExpression",
  "FilterExpression",
  "KeyConditionExpression",
];

type ConditionParameter = "ConditionExpression" | "KeyConditionExpression" | "FilterExpression";

/**
 * The parameters that a request uses instead of expressions, in the order in which the service names them.
 */
const LEGACY = [
  "AttributeUpdates",
  "AttributesToGet",
  "QueryFilter",
  "ScanFilter",
  "ConditionalOperator",
  "KeyConditions",
  "Expected",
];

/** Those that are a condition; each type of request has one of them. */
const LEGACY_CONDITIONS: Record<ConditionParameter, readonly string[]> = {
  ConditionExpression: ["Expected"],
  KeyConditionExpression: ["KeyConditions"],
  FilterExpression: ["QueryFilter", "ScanFilter"],
};

/**
 * The expressions of a request, parsed one by one; `done` after the last. Throws the service's
 * ValidationException.
 */
export class Expressions {
  private readonly input: ExpressionInput;
  private known: Placeholders | undefined;

  /** `parameters`: the expressions that this type of request may have. */
  constructor(input: ExpressionInput, parameters: readonly Parameter[]) {
    this.input = input;
    refuseMixture(input, parameters);
    if (input.ExpressionAttributeNames != null && parameters.every((name) => input[name] == null)) {
      throw validation("ExpressionAttributeNames can only be specified when using expressions");
    }
    const withValues = parameters.filter((name) => name !== "ProjectionExpression");
    if (input.ExpressionAttributeValues != null && withValues.every((name) => input[name] == null)) {
      throw validation(
        `ExpressionAttributeValues can only be specified when using expressions: ${withValues.join(" and ")} ${withValues.length > 1 ? "are" : "is"} null`,
      );
    }
  }

  update(): UpdateAction[] | undefined {
    const { AttributeUpdates: updates } = this.input;
    return (
      this.compile("UpdateExpression", compileUpdate) ?? (updates == null ? undefined : legacyUpdate(updates))
    );
  }

  condition(parameter: ConditionParameter): Condition | undefined {
    const compiled = this.compile(parameter, compileCondition);
    if (compiled) return compiled;
    const legacy = LEGACY_CONDITIONS[parameter].find((name) => this.input[name] != null);
    if (!legacy) return undefined;
    const read = legacy === "Expected" ? expectedCondition : legacyCondition;
    return read(this.input[legacy], this.input.ConditionalOperator);
  }

  projection(): Path[] | undefined {
    const { AttributesToGet: names } = this.input;
    return (
      this.compile("ProjectionExpression", compileProjection) ??
      (names == null ? undefined : legacyProjection(names))
    );
  }

  done(): void {
    this.placeholders.refuseUnused();
  }

  /** Parsed only when needed: the service checks other parameters first. */
  private get placeholders(): Placeholders {
    const { ExpressionAttributeNames: names, ExpressionAttributeValues: values } = this.input;
    this.known ??= new Placeholders(names ?? undefined, values ?? undefined);
    return this.known;
  }

  private compile<T>(
    parameter: Parameter,
    compile: (expression: string, placeholders: Placeholders) => T,
  ): T | undefined {
    const expression = this.input[parameter] as string | null | undefined;
    if (expression == null) return undefined;
    const { placeholders } = this;
    try {
      return compile(expression, placeholders);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      throw validation(`Invalid ${parameter}: ${error.message}`);
    }
  }
}

function refuseMixture(input: ExpressionInput, parameters: readonly Parameter[]): void {
  const expressions = parameters.filter((name) => input[name] != null);
  if (expressions.length === 0) return;
  // Legacy key conditions may be combined with a filter expression.
  const alone = input.KeyConditionExpression == null ? "KeyConditions" : undefined;
  const legacy = LEGACY.filter((name) => input[name] != null && name !== alone);
  if (legacy.length > 0) {
    throw validation(
      `Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {${legacy.join(", ")}} Expression parameters: {${expressions.join(", ")}}`,
    );
  }
}
