import type { Operation } from "../../kernel/service.ts";
import { type Diagnostic, refusal, validateDefinition } from "../validate/index.ts";
import { required } from "./arguments.ts";
import { refusals } from "./errors.ts";

/** The check of a definition without a state machine. */
export function definitionOperations(): Record<string, Operation> {
  return {
    ValidateStateMachineDefinition(input) {
      const diagnostics = validateDefinition(required(input, "definition"), input.type);
      const shown = input.severity === "WARNING" ? diagnostics : diagnostics.filter(isError);
      const most = input.maxResults > 0 ? input.maxResults : 100;
      return {
        result: diagnostics.some(isError) ? "FAIL" : "OK",
        diagnostics: shown.slice(0, most),
        truncated: shown.length > most,
      };
    },
  };
}

/** The definition's text, if the service would take it. */
export function checkDefinition(definition: unknown, type?: "STANDARD" | "EXPRESS"): string {
  if (typeof definition !== "string") throw refusals.missing("definition");
  const refused = refusal(validateDefinition(definition, type));
  if (refused) throw refused;
  return definition;
}

function isError({ severity }: Diagnostic): boolean {
  return severity === "ERROR";
}
