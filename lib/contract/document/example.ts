import type { Arm } from "../compatibility/arm.ts";
import { armsOf } from "../compatibility/arms.ts";
import type { EventContract } from "../event.ts";
import { type JsonSchema, jsonSchemaOf } from "../schema.ts";

/** An example value for each format. */
const FORMATS: Record<string, string> = {
  "date-time": "2026-01-31T09:30:00Z",
  date: "2026-01-31",
  time: "09:30:00",
  duration: "PT30M",
  email: "user@example.com",
  uri: "https://example.com",
  uuid: "0b9e3b1c-6a54-4c0e-9d1a-7f3c2e5d8a90",
  ipv4: "192.0.2.1",
  ipv6: "2001:db8::1",
};

/** Maximum depth: a recursive schema must end. */
const DEEPEST = 6;

/**
 * A payload that a producer may send, the same at every call: the schema's example or default, and otherwise
 * the simplest valid value. Throws a TypeError that names the field for which the schema needs an example.
 */
export function exampleOf({ name, version, schema }: EventContract): unknown {
  const root = jsonSchemaOf(schema, "input", `Event "${name}" version ${version}`);
  return new Examples(root, `${name} version ${version}`).of(root, "", 0);
}

class Examples {
  private readonly root: JsonSchema;
  private readonly event: string;

  constructor(root: JsonSchema, event: string) {
    this.root = root;
    this.event = event;
  }

  of(schema: JsonSchema | boolean, path: string, depth: number): unknown {
    if (typeof schema === "object") {
      const given = [...((schema.examples as unknown[]) ?? []), schema.default].find(
        (one) => one !== undefined,
      );
      if (given !== undefined) return given;
    }
    const [arm] = armsOf(schema, this.root);
    if (!arm) throw this.noExample(path, "takes no value at all");
    return arm.enum ? arm.enum[0] : this.ofType(arm, path, depth);
  }

  private ofType(arm: Arm, path: string, depth: number): unknown {
    switch (arm.type) {
      case "object":
        return this.object(arm, path, depth);
      case "array":
        return this.array(arm, path, depth);
      case "string":
        return this.text(arm, path);
      case "integer":
      case "number":
        return numberWithin(arm);
      case "boolean":
        return true;
      default:
        return null;
    }
  }

  private object(arm: Arm, path: string, depth: number): unknown {
    const named = Object.entries(arm.properties ?? {}).filter(
      ([name]) => depth < DEEPEST || arm.required?.includes(name),
    );
    return Object.fromEntries(
      named.map(([name, field]) => [name, this.of(field, path ? `${path}.${name}` : name, depth + 1)]),
    );
  }

  private array(arm: Arm, path: string, depth: number): unknown {
    const listed = arm.prefixItems ?? [];
    const least = arm.minItems ?? (depth < DEEPEST && arm.items !== false && arm.items ? 1 : 0);
    const length = Math.min(Math.max(least, listed.length), arm.maxItems ?? Number.POSITIVE_INFINITY);
    return Array.from({ length }, (_, at) =>
      this.of(listed[at] ?? arm.items ?? true, `${path}[${at}]`, depth + 1),
    );
  }

  private text(arm: Arm, path: string): string {
    const known = FORMATS[String(arm.format)];
    const word =
      path
        .replaceAll(/\[\d+\]/g, "")
        .split(".")
        .at(-1) || "text";
    const plain = typeof arm.pattern === "string" ? `${literalPrefix(arm.pattern)}${word}` : word;
    const text = known ?? sized(plain, Number(arm.minLength ?? 0), Number(arm.maxLength ?? plain.length));
    if (typeof arm.pattern !== "string" || new RegExp(arm.pattern, "u").test(text)) return text;
    throw this.noExample(path, `has the pattern ${arm.pattern}`);
  }

  private noExample(path: string, why: string): TypeError {
    return new TypeError(
      `${this.event}: \`${path || "payload"}\` ${why}, for which no example can be generated. Add one to its schema, in zod with .meta({ examples: […] }).`,
    );
  }
}

function sized(text: string, least: number, most: number): string {
  return text.padEnd(least, "x").slice(0, Math.max(most, least));
}

/** The literal prefix of everything that matches: "s3://" of "^s3:\/\/.*". */
function literalPrefix(pattern: string): string {
  const [, prefix = ""] = /^\^((?:[\w:@/ -]|\\[^\w\s])*)(?![*+?{|])/.exec(pattern) ?? [];
  return prefix.replaceAll("\\", "");
}

function numberWithin({
  minimum,
  exclusiveMinimum,
  maximum,
  exclusiveMaximum,
  multipleOf,
  type,
}: Arm): number {
  const step = Number(multipleOf ?? (type === "integer" ? 1 : 0.5));
  const above = exclusiveMinimum === undefined ? minimum : Number(exclusiveMinimum) + step;
  const below = exclusiveMaximum === undefined ? maximum : Number(exclusiveMaximum) - step;
  const least = Math.ceil(Math.max(1, Number(above ?? 1)) / step) * step;
  return below === undefined ? least : Math.min(least, Math.floor(Number(below) / step) * step);
}
