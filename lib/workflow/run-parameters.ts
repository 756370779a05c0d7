import { DefinitionError } from "../contract/definition-error.ts";
import { ENVELOPE_KEY } from "../contract/envelope.ts";
import type { EventContract } from "../contract/event.ts";
import { jsonSchemaOf } from "../contract/schema.ts";
import { defaultsOf } from "../contract/switches.ts";
import type { Expression } from "./expression.ts";
import { reference } from "./proxy.ts";
import type { Recording } from "./recording.ts";
import type { Ref } from "./ref.ts";
import { eitherOf, listOf, recordOf, type Shape, scalar, shapeOf } from "./shape.ts";
import type { Workflow } from "./workflow.ts";

/** The references with which a definition is called: to what starts a run, and to its feature switches. */
export function runParameters(
  workflow: Workflow,
  recording: Recording,
): { event: Ref<any>; switches: Ref<any> } {
  const { place, switches } = workflow;
  const parameter = (text: string, expression: Expression, shape: Shape): Ref<any> =>
    reference({ expression, shape, text, recording, scope: recording.scope, place, use: () => {} });
  const names = Object.keys(switches).map((name) => [name, scalar] as const);
  return {
    event: parameter("event", { kind: "event" }, startedBy(workflow)),
    switches: parameter(
      "switches",
      { kind: "switches", defaults: defaultsOf(switches) },
      recordOf(Object.fromEntries(names)),
    ),
  };
}

/** What a run reads: the payload of its event, or those of its batch. */
function startedBy({ on, batch }: Workflow): Shape {
  const payload = eitherOf(on.map(payloadOf));
  return batch ? recordOf({ key: scalar, events: listOf(() => payload, batch.size) }) : payload;
}

function payloadOf({ name, schema }: EventContract): Shape {
  const shape = shapeOf(jsonSchemaOf(schema, "output", `event "${name}"`));
  if (!shape.fields.includes(ENVELOPE_KEY)) return shape;
  throw new DefinitionError(
    `The field "${ENVELOPE_KEY}" of event "${name}" is reserved for the envelope. Rename yours.`,
  );
}
