import type { ConditionValue } from "../kernel/access.ts";
import { isKnownKey } from "./condition-keys.ts";

/** The value that a request has for a condition key, in lower case. */
export type KeyValue = (key: string) => ConditionValue;

/** "${aws:PrincipalArn}", or "${aws:PrincipalArn, 'none'}" with a default for an absent one. */
const VARIABLE = /\$\{([^},]+)(?:,\s*'([^']*)')?\}/g;

/** "${*}", "${?}" and "${$}" are not variables but the characters themselves. */
const CHARACTERS = ["*", "?", "$"];

/** Whether a value of a condition contains policy variables. */
export function hasVariables(text: string): boolean {
  return [...text.matchAll(VARIABLE)].some(([, name]) => !CHARACTERS.includes(name!));
}

/** The texts with the request's values for the variables; undefined if one is missing. */
export function resolveVariables(texts: string[], keyValue: KeyValue): string[] | undefined {
  let resolved = true;
  const written = texts.map((text) =>
    text.replace(VARIABLE, (whole, name: string, otherwise: string | undefined) => {
      if (CHARACTERS.includes(name)) return whole;
      const key = name.trim().toLowerCase();
      const value = isKnownKey(key) ? (keyValue(key) ?? otherwise) : undefined;
      if (typeof value === "string") return value.replace(/[*?]/g, (found) => `\${${found}}`);
      resolved = false;
      return whole;
    }),
  );
  return resolved ? written : undefined;
}
