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

/** What a request says instead where it uses no expressions, in the order in which the service names them. */
const LEGACY = [
  "AttributeUpdates",
  "AttributesToGet",
  "QueryFilter",
  "ScanFilter",
  "ConditionalOperator",
  "KeyConditions",
  "Expected",
];

/** Which of those are a condition; one kind of request has one of them. */
const LEGACY_CONDITIONS: Record<ConditionParameter, readonly string[]> = {
  ConditionExpression: ["Expected"],
  KeyConditionExpression: ["KeyConditions"],
  FilterExpression: ["QueryFilter", "ScanFilter"],
};

/** The expressions of a request, read one by one; `done` when all were. Throws the service's ValidationException. */
export class Expressions {
  private readonly input: ExpressionInput;
  private known: Placeholders | undefined;

  /** `parameters`: the expressions that this kind of request may have. */
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

  /** Read once it is needed: what else the request has is looked at first. */
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
  // Key conditions of the old kind go with a filter of the new one.
  const alone = input.KeyConditionExpression == null ? "KeyConditions" : undefined;
  const legacy = LEGACY.filter((name) => input[name] != null && name !== alone);
  if (legacy.length > 0) {
    throw validation(
      `Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {${legacy.join(", ")}} Expression parameters: {${expressions.join(", ")}}`,
    );
  }
}
