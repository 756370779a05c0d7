import { isDataObject } from "../../kernel/raw-number.ts";
import { StatesError } from "../failure.ts";
import { evaluateCall, type TemplateData } from "./call.ts";
import { isIntrinsic, parseIntrinsic } from "./intrinsic.ts";
import { lookUp } from "./read.ts";

/**
 * A payload template with its values: a key `name.$` becomes `name` with what its path or intrinsic function
 * gives, at any depth; everything else stays. Throws StatesError.
 */
export function evaluatePayloadTemplate(template: unknown, data: TemplateData): unknown {
  if (Array.isArray(template)) return template.map((item) => evaluatePayloadTemplate(item, data));
  if (!isDataObject(template)) return template;
  return Object.fromEntries(
    Object.entries(template).map(([key, value]) =>
      key.endsWith(".$")
        ? [key.slice(0, -2), evaluateExpression(value as string, key, data)]
        : [key, evaluatePayloadTemplate(value, data)],
    ),
  );
}

/** The value of a path or of an intrinsic function; `field` ("total.$", "ErrorPath") is named in the error. */
export function evaluateExpression(expression: string, field: string, data: TemplateData): unknown {
  if (isIntrinsic(expression)) return evaluateCall(parseIntrinsic(expression), data);
  const lookup = lookUp(expression, data);
  if (lookup.found) return lookup.value;
  throw new StatesError(
    "States.Runtime",
    `The JSONPath '${expression}' specified for the field '${field}' ` +
      `could not be found in the input '${JSON.stringify(data.input)}'`,
  );
}
