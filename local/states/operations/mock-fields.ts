import { isObject } from "../../kernel/is-object.ts";
import type { State } from "../definition.ts";
import { serviceName } from "../tasks/aws-sdk.ts";
import { parseResource } from "../tasks/resource.ts";
import { RESULT_SHAPES, type Shape } from "../tasks/result-shapes.ts";
import { checkOneOf } from "./arguments.ts";
import { refusals } from "./errors.ts";

/**
 * Holds a mocked result against what the API that the task calls would answer: STRICT wants all required fields, PRESENT
 * looks only at those that are there, NONE at none. Fields that the API does not know are let be, and so is a result
 * that is not the call's answer. Throws ValidationException.
 */
export function checkFields(state: State, result: unknown, mock: { fieldValidationMode?: string }): void {
  checkOneOf(mock, "fieldValidationMode", ["STRICT", "PRESENT", "NONE"]);
  const { fieldValidationMode: mode = "STRICT" } = mock;
  if (state.Type !== "Task" || mode === "NONE") return;
  const resource = parseResource(state.Resource);
  if (resource.kind !== "service" || resource.pattern !== "request") return;
  const name = `${serviceName(resource.type.replace(/^aws-sdk:/, ""))}:${resource.operation}`;
  const shape = Object.hasOwn(RESULT_SHAPES, name) ? RESULT_SHAPES[name] : undefined;
  if (shape) check(shape, result, "result", mode === "STRICT");
}

function check(shape: Shape, value: unknown, field: string, strict: boolean): void {
  switch (shape.kind) {
    case "string":
      if (typeof value !== "string") throw invalid(field, "must be a string");
      if (shape.values && !shape.values.includes(value)) throw invalid(field, "is not an expected value");
      if (value.length < (shape.shortest ?? 0)) throw invalid(field, "is smaller than the minimum length");
      return;
    case "number":
      if (typeof value !== "number") throw invalid(field, "must be a number");
      if (value < (shape.least ?? value)) throw invalid(field, "is less than the minimum value");
      if (value > (shape.most ?? value)) throw invalid(field, "exceeds the maximum value");
      return;
    case "boolean":
      if (typeof value !== "boolean") throw invalid(field, "must be a boolean");
      return;
    case "list":
      if (!Array.isArray(value)) throw invalid(field, "must be an array");
      for (const item of value) check(shape.of, item, field, strict);
      return;
    case "map":
      for (const member of Object.values(record(value, field))) check(shape.of, member, field, strict);
      return;
    case "object": {
      const given = record(value, field);
      const missing = strict ? shape.required?.find((name) => !Object.hasOwn(given, name)) : undefined;
      if (missing !== undefined) throw mismatch(`Required field '${missing}' is missing`);
      for (const [name, member] of Object.entries(given)) {
        if (Object.hasOwn(shape.fields, name)) check(shape.fields[name]!, member, name, strict);
      }
    }
  }
}

function record(value: unknown, field: string): Record<string, unknown> {
  if (isObject(value)) return value;
  throw invalid(field, "must be an object");
}

const invalid = (field: string, problem: string) => mismatch(`Field '${field}' ${problem}`);

const mismatch = (problem: string) => refusals.validation(`Mock result schema validation error: ${problem}`);
