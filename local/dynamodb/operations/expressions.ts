import { ServiceError } from "../../kernel/errors.ts";
import { validation } from "../errors.ts";
import { type Condition, compileCondition } from "../expression/condition.ts";
import { type Path, Placeholders } from "../expression/placeholders.ts";
import { compileProjection } from "../expression/projection.ts";
import { compileUpdate, type UpdateAction } from "../expression/update.ts";
import type { AttributeMap } from "../value/attribute-value.ts";

interface ExpressionInput {
  [expression: string]: unknown;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: AttributeMap;
}

type Parameter =
  | "UpdateExpression"
  | "ConditionExpression"
  | "KeyConditionExpression"
  | "FilterExpression"
  | "ProjectionExpression";

/** The expressions of a request, read one by one; `done` when all were. Throws the service's ValidationException. */
export class Expressions {
  private readonly input: ExpressionInput;
  private readonly placeholders: Placeholders;

  /** `parameters`: the expressions that this kind of request may have. */
  constructor(input: ExpressionInput, parameters: readonly Parameter[]) {
    this.input = input;
    if (input.ExpressionAttributeNames != null && parameters.every((name) => input[name] == null)) {
      throw validation("ExpressionAttributeNames can only be specified when using expressions");
    }
    const withValues = parameters.filter((name) => name !== "ProjectionExpression");
    if (input.ExpressionAttributeValues != null && withValues.every((name) => input[name] == null)) {
      throw validation(
        `ExpressionAttributeValues can only be specified when using expressions: ${withValues.join(" and ")} ${withValues.length > 1 ? "are" : "is"} null`,
      );
    }
    this.placeholders = new Placeholders(
      input.ExpressionAttributeNames ?? undefined,
      input.ExpressionAttributeValues ?? undefined,
    );
  }

  update(): UpdateAction[] | undefined {
    return this.compile("UpdateExpression", compileUpdate);
  }

  condition(
    parameter: "ConditionExpression" | "KeyConditionExpression" | "FilterExpression",
  ): Condition | undefined {
    return this.compile(parameter, compileCondition);
  }

  projection(): Path[] | undefined {
    return this.compile("ProjectionExpression", compileProjection);
  }

  done(): void {
    this.placeholders.refuseUnused();
  }

  private compile<T>(
    parameter: Parameter,
    compile: (expression: string, placeholders: Placeholders) => T,
  ): T | undefined {
    const expression = this.input[parameter] as string | null | undefined;
    if (expression == null) return undefined;
    try {
      return compile(expression, this.placeholders);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      throw validation(`Invalid ${parameter}: ${error.message}`);
    }
  }
}
