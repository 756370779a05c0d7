import { type Container, inner, type Machine, type QueryLanguage, type State } from "../definition.ts";
import { compile } from "../jsonata/compile.ts";
import { isJsonata, jsonataOf } from "../jsonata/evaluate.ts";

/** The fields that hold states of their own, whose references are theirs. */
const INSIDE = new Set(["Branches", "ItemProcessor", "Iterator"]);

/** Fields that are paths by their name; others are where their name ends in ".$". */
const PATH = /(Path|Variable|\.\$)$/;

/** `$name`, but neither `$.field` nor `$$.context`. */
const REFERENCE = /(?<!\$)\$([\p{ID_Start}_][\p{ID_Continue}]*)/gu;
const QUOTED = /'(?:\\.|[^'\\])*'/g;

/** Which variables each state reads, sorted; states that read none are left out. Answers for a definition that is valid. */
export function variableReferences(machine: Machine): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  const visit = (container: Container) => {
    for (const [name, state] of Object.entries(container.States)) {
      const language = state.QueryLanguage ?? machine.QueryLanguage ?? "JSONPath";
      const names = namesIn(ownFields(state), "", language);
      if (names.length > 0) found[name] = [...new Set(names)].sort();
      inner(state).forEach(visit);
    }
  };
  visit(machine);
  return found;
}

const ownFields = (state: State) =>
  Object.fromEntries(Object.entries(state).filter(([field]) => !INSIDE.has(field)));

function namesIn(value: unknown, field: string, language: QueryLanguage): string[] {
  if (typeof value === "string") {
    if (language === "JSONata") return isJsonata(value) ? variablesOf(jsonataOf(value)) : [];
    if (!PATH.test(field)) return [];
    return [...value.replace(QUOTED, "").matchAll(REFERENCE)].map(([, name]) => name!);
  }
  if (Array.isArray(value)) return value.flatMap((item) => namesIn(item, field, language));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => namesIn(item, name, language));
}

/** The variables that a JSONata expression does not bind itself; `$states` is none, nor is a function that it calls. */
function variablesOf(expression: string): string[] {
  const read = new Set<string>();
  const bound = new Set(["", "$", "states"]);
  const visit = (node: any, called = false): void => {
    if (Array.isArray(node)) for (const item of node) visit(item);
    if (typeof node !== "object" || node === null || Array.isArray(node) || node instanceof RegExp) return;
    if (node.type === "variable" && !called) read.add(node.value);
    if (node.type === "bind") bound.add(node.lhs.value);
    if (node.type === "lambda") for (const { value } of node.arguments) bound.add(value);
    for (const [part, content] of Object.entries(node)) visit(content, part === "procedure");
  };
  visit(compile(expression).ast());
  return [...read].filter((name) => !bound.has(name));
}
