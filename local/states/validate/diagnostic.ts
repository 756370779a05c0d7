import { ServiceError } from "../../kernel/errors.ts";

/** One finding about a definition, as ValidateStateMachineDefinition lists it. A WARNING stops nothing. */
export interface Diagnostic {
  severity: "ERROR" | "WARNING";
  code: DiagnosticCode;
  message: string;
  /** Where: "/States/Wait/Seconds", "/States/Fork/Branches[0]/States/Left". Absent for the definition as a whole. */
  location?: string;
}

export type DiagnosticCode =
  | "DEFINITION_TOO_LARGE"
  | "DUPLICATE_LABEL_NAME"
  | "DUPLICATE_STATE_NAME"
  | "INVALID_JSON_DESCRIPTION"
  | "INVALID_JSONATA_EXPRESSION"
  | "INVALID_LABEL_NAME"
  | "INVALID_STATE_NAME"
  | "MISSING_DESCRIPTION"
  | "MISSING_END_STATE"
  | "MISSING_TRANSITION_TARGET"
  | "NO_DOLLAR"
  | "PASS_RESULT_IS_STATIC"
  | "SCHEMA_VALIDATION_FAILED"
  | "UNSUPPORTED_JSONATA_EXPRESSION";

export function error(code: DiagnosticCode, message: string, location?: string): Diagnostic {
  return { severity: "ERROR", code, message, location };
}

export function warning(code: DiagnosticCode, message: string, location: string): Diagnostic {
  return { severity: "WARNING", code, message, location };
}

/** Most findings are of this kind: the definition is JSON, but not a state machine. */
export function schemaError(message: string, location: string): Diagnostic[] {
  return [error("SCHEMA_VALIDATION_FAILED", message, location)];
}

/** What CreateStateMachine and UpdateStateMachine throw for these findings; undefined where none is an error. */
export function refusal(diagnostics: Diagnostic[]): ServiceError | undefined {
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "ERROR");
  if (errors.length === 0) return undefined;
  const texts = errors.map(({ code, message, location }) => `${code}: ${message} at ${location ?? null}`);
  return new ServiceError("InvalidDefinition", `Invalid State Machine Definition: '${texts.join(", ")}'`);
}
