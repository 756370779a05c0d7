// The package's index imports helpers for tests, and with them a validator that compiles code.
import Form from "@rjsf/core/lib/components/Form.js";
import type { ReactNode } from "react";
import { schemaValidator } from "./schema-validator.ts";

/** A form for a payload, by the JSON Schema of its contract. */
export function FormPayload({
  schema,
  value,
  onChange,
  onSubmit,
  children,
}: {
  schema: Record<string, unknown>;
  value: unknown;
  onChange: (value: unknown) => void;
  onSubmit: () => void;
  children: ReactNode;
}) {
  // The dialog has a title, and the validator knows only one dialect.
  const { title: _title, description: _description, $schema: _dialect, ...fields } = schema;
  return (
    <Form
      className="schema-form"
      schema={fields}
      formData={value}
      validator={schemaValidator}
      showErrorList={false}
      noHtml5Validate
      focusOnFirstError
      // Errors are shown next to their field.
      onError={() => undefined}
      onChange={({ formData }) => onChange(formData)}
      onSubmit={onSubmit}
    >
      <div className="stack">{children}</div>
    </Form>
  );
}
