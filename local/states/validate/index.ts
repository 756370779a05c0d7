import { TEMPLATE_LIMITS } from "../../../aws-limits/template-limits.ts";
import { jsonProblem } from "../../kernel/json-problem.ts";
import { isDataObject } from "../../kernel/raw-number.ts";
import type { Place, QueryLanguage } from "./check.ts";
import { type Diagnostic, error } from "./diagnostic.ts";
import { checkGraph, type Scope } from "./graph.ts";
import { machine, state } from "./states.ts";

export { type Diagnostic, refusal } from "./diagnostic.ts";

type MachineType = "STANDARD" | "EXPRESS";

const MOST_BYTES = TEMPLATE_LIMITS.stateMachineDefinition.most;

/**
 * Everything that the service finds in the text of a definition, errors and warnings; `refusal` says whether it
 * may be used. Rules about single fields come first: how states lead to each other is checked where all have passed.
 */
export function validateDefinition(text: string, type: MachineType = "STANDARD"): Diagnostic[] {
  const parsed = parseDefinition(text);
  if (!parsed.ok) return [parsed.problem];
  const findings = machine(parsed.value, placeOf(parsed.value, type, "/"));
  if (findings.some(({ severity }) => severity === "ERROR")) return findings;
  return [...findings, ...checkGraph(parsed.value as Scope)];
}

/** The same for a single state, as in TestState: its next state need not exist. */
export function validateState(text: string, type: MachineType = "STANDARD"): Diagnostic[] {
  const parsed = parseDefinition(text);
  if (!parsed.ok) return [parsed.problem];
  return state(parsed.value, placeOf({}, type, "/States/StateName"));
}

type Parsed = { ok: true; value: unknown } | { ok: false; problem: Diagnostic };

function parseDefinition(text: string): Parsed {
  if (text === "") return { ok: false, problem: error("MISSING_DESCRIPTION", "The definition is empty") };
  if (Buffer.byteLength(text) > MOST_BYTES) {
    const message = `The definition exceeds ${MOST_BYTES} bytes`;
    return { ok: false, problem: error("DEFINITION_TOO_LARGE", message) };
  }
  let value: unknown;
  try {
    value = text.trim() === "" ? undefined : JSON.parse(text);
  } catch {
    const { message, location } = jsonProblem(text);
    const problem = error("INVALID_JSON_DESCRIPTION", `${message}\n at ${location}`, location);
    return { ok: false, problem };
  }
  if (isDataObject(value)) return { ok: true, value };
  const message = "Definition must be a valid JSON object";
  return { ok: false, problem: error("SCHEMA_VALIDATION_FAILED", message) };
}

function placeOf(definition: unknown, type: MachineType, location: string): Place {
  const given = isDataObject(definition) ? definition.QueryLanguage : undefined;
  const language: QueryLanguage = given === "JSONata" ? "JSONata" : "JSONPath";
  return { location, language, machine: { language, type } };
}
