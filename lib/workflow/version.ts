import { canonicalJson, digest } from "../contract/canonical.ts";
import { DefinitionError } from "../contract/definition-error.ts";
import type { EventContract } from "../contract/event.ts";
import { isObject } from "../contract/is-object.ts";
import { type JsonSchema, jsonSchemaIn, jsonSchemaOf, type Schema } from "../contract/schema.ts";
import { eventsOf, stepsOf } from "./composition.ts";
import { currentMachine } from "./current.ts";
import { expressOf } from "./express.ts";
import type { Workflow } from "./workflow.ts";

/**
 * A short hash of a workflow's behaviour: its state machine and the contracts of its steps and events. It
 * depends neither on the order of the definition's lines, nor on where it is deployed.
 */
export function definitionVersion(workflow: Workflow): string {
  const machine = currentMachine(workflow);
  const steps = stepsOf(workflow).map(({ input, output, emits, ...settings }) => ({
    ...settings,
    ...schemas(`step "${settings.name}"`, { input, output }),
    emits: emits.map(({ name, version }) => [name, version]),
  }));
  const express = expressOf(workflow);
  const events = eventsOf(workflow).map(describeEvent);
  return digest(canonicalJson({ machine, steps, events, ...(express && { express }) }), 12);
}

function describeEvent({ name, version, schema, identity }: EventContract) {
  const schemaText = schemas(`event "${name}"`, { input: schema, output: schema });
  return {
    name,
    version,
    ...schemaText,
    identity: identity === undefined || identity === "content" ? identity : "own",
  };
}

function schemas(where: string, { input, output }: { input: Schema; output: Schema }) {
  return { input: constant(input, "input", where), output: constant(output, "output", where) };
}

/** The JSON Schema. It must be the same in each synthesis: otherwise every deployment is a new version. */
function constant(schema: Schema, direction: "input" | "output", where: string): JsonSchema {
  const described = jsonSchemaOf(schema, direction, where);
  const path = difference(described, jsonSchemaIn("draft-2020-12", schema, direction, where));
  if (!path) return described;
  const field = path.filter((name) => name !== "properties" && name !== "default").join(".");
  throw new DefinitionError(
    `The default of ${field || "the payload"} in ${where} is another value each time, so every deployment would be a new version. Use a constant, or make the field optional and compute the value in a handler.`,
  );
}

/** The path of the first value that differs, undefined if none does. */
function difference(one: unknown, other: unknown): string[] | undefined {
  if (!isObject(one) || !isObject(other)) return canonicalJson(one) === canonicalJson(other) ? undefined : [];
  for (const name of Object.keys(one)) {
    const below = difference(one[name], other[name]);
    if (below) return [name, ...below];
  }
  return undefined;
}
