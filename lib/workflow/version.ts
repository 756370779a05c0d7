import { canonicalJson, digest } from "../contract/canonical.ts";
import type { EventContract } from "../contract/event.ts";
import { jsonSchemaOf, type Schema } from "../contract/schema.ts";
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
  return { input: jsonSchemaOf(input, "input", where), output: jsonSchemaOf(output, "output", where) };
}
