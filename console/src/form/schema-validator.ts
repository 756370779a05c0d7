import type {
  CustomValidator,
  ErrorSchema,
  ErrorTransformer,
  FormContextType,
  RJSFSchema,
  RJSFValidationError,
  UiSchema,
  ValidationData,
  ValidatorType,
} from "@rjsf/utils";
import * as z from "zod";
import { errorsByField } from "./errors-by-field.ts";

/**
 * Checks form data against a JSON schema without compiling code from it, which the page's policy forbids. The
 * API checks the data against the contract itself: this shows errors early.
 */
export const schemaValidator: ValidatorType = {
  validateFormData(
    data: unknown,
    schema: RJSFSchema,
    _custom?: CustomValidator,
    transform?: ErrorTransformer,
    uiSchema?: UiSchema,
  ): ValidationData<any> {
    const found = check(schema, data);
    const errors = transform ? transform(found, uiSchema) : found;
    return { errors, errorSchema: errorsByField(errors) as ErrorSchema };
  },
  isValid: (schema: RJSFSchema, data: unknown, root: RJSFSchema) =>
    check({ ...(definitionsOf(root) as object), ...schema }, data).length === 0,
  rawValidation: (schema: RJSFSchema, data: unknown) => ({ errors: check(schema, data) as any[] }),
} satisfies ValidatorType<any, RJSFSchema, FormContextType>;

// The library would compile checks too, which the page's policy forbids.
z.config({ jitless: true });

const known = new WeakMap<object, z.ZodType>();

function check(schema: RJSFSchema, data: unknown): RJSFValidationError[] {
  let type = known.get(schema);
  if (!type) {
    type = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
    known.set(schema, type);
  }
  const result = type.safeParse(data);
  return (result.error?.issues ?? []).map(({ path, message: said }) => {
    const message = at(data, path) === undefined ? "Required." : `${said}.`;
    const property = `.${path.join(".")}`;
    return { name: "contract", property, message, stack: `${path.join(".") || "The payload"}: ${message}` };
  });
}

function at(data: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, name) => (inner as Record<PropertyKey, unknown> | undefined)?.[name],
    data,
  );
}

function definitionsOf(root: RJSFSchema): RJSFSchema {
  return {
    ...(root.$defs && { $defs: root.$defs }),
    ...(root.definitions && { definitions: root.definitions }),
  };
}
