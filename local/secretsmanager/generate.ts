import { UserError } from "../kernel/errors.ts";
import type { Random } from "../kernel/random.ts";

/** GenerateSecretString of a template. */
export interface Generation {
  PasswordLength?: number;
  ExcludeCharacters?: string;
  ExcludeLowercase?: boolean;
  ExcludeUppercase?: boolean;
  ExcludeNumbers?: boolean;
  ExcludePunctuation?: boolean;
  IncludeSpace?: boolean;
  SecretStringTemplate?: string;
  GenerateStringKey?: string;
}

const LENGTH = 32;

/** A password, alone or as a field of the template's JSON. */
export function generate(generation: Generation, random: Random): string {
  const {
    PasswordLength = LENGTH,
    ExcludeCharacters = "",
    SecretStringTemplate,
    GenerateStringKey,
  } = generation;
  const alphabet = [
    isTrue(generation.ExcludeLowercase) ? "" : "abcdefghijklmnopqrstuvwxyz",
    isTrue(generation.ExcludeUppercase) ? "" : "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    isTrue(generation.ExcludeNumbers) ? "" : "0123456789",
    isTrue(generation.ExcludePunctuation) ? "" : "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
    isTrue(generation.IncludeSpace) ? " " : "",
  ]
    .join("")
    .split("")
    .filter((letter) => !ExcludeCharacters.includes(letter));
  if (alphabet.length === 0) throw new UserError("GenerateSecretString excludes every character.");
  const password = Array.from(
    { length: Number(PasswordLength) },
    () => alphabet[Math.floor(random.fraction() * alphabet.length)],
  ).join("");
  if (SecretStringTemplate === undefined || GenerateStringKey === undefined) return password;
  return JSON.stringify({ ...JSON.parse(SecretStringTemplate), [GenerateStringKey]: password });
}

/** Templates may write booleans as text. */
function isTrue(value: unknown): boolean {
  return String(value) === "true";
}
