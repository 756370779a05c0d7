import Ajv2020 from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { exampleOf } from "../lib/contract/document/example.ts";
import { eventsAmong } from "../lib/contract/document/participant.ts";
import { type EventContract, versionsOf } from "../lib/contract/event.ts";
import { jsonSchemaOf } from "../lib/contract/schema.ts";
import { participantsOf } from "../lib/index.ts";
import { reactions, workflows } from "../workflows/index.ts";

/**
 * The cost of validating an event: by its schema as it is written, and by a validator that ajv compiles ahead of time
 * from the same schema as JSON Schema. Microseconds of CPU for each check, and the first check of a cold start.
 *
 *     node bench/contracts.ts
 */
const CHECKS = 200_000;

for (const contract of eventsAmong(participantsOf(workflows, reactions)).flatMap(versionsOf)) {
  const example = exampleOf(contract);
  const standard = contract.schema["~standard"];
  const ahead = compile(contract);
  const first = timed(1, () => standard.validate(example));
  const written = timed(CHECKS, () => standard.validate(example));
  const compiled = timed(CHECKS, () => ahead(example));
  console.log(
    `${contract.name} version ${contract.version}: ${written.toFixed(2)} µs as written (first ${first.toFixed(0)} µs), ${compiled.toFixed(2)} µs compiled ahead`,
  );
}

function compile({ name, schema }: EventContract): (value: unknown) => boolean {
  const ajv = new Ajv2020.default({ useDefaults: true, strict: false, logger: false });
  formats.default(ajv);
  return ajv.compile(jsonSchemaOf(schema, "input", name));
}

/** CPU, since the machine may be busy with other things. */
function timed(times: number, run: () => unknown): number {
  const before = process.cpuUsage();
  for (let at = 0; at < times; at++) run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / times;
}
