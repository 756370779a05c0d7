import * as z from "zod";
import type { SentEvent } from "../../../lib/contract/api/index.ts";
import type { EventContract } from "../../../lib/contract/event.ts";
import type { System } from "../../../lib/contract/system.ts";
import { describeFindings, validate } from "../events/validation.ts";
import { type Sending, send } from "../publish/send.ts";
import { ApiError, found } from "./errors.ts";
import { knownEvent } from "./known.ts";
import type { ApiPorts } from "./ports.ts";

/** A version of an event (by default the newest), with its JSON Schema as validator. */
export function contractOf(system: System, name: string, version?: number): EventContract {
  const { contracts } = knownEvent(system, name);
  const known = version === undefined ? contracts[0] : contracts.find((one) => one.version === version);
  const versions = contracts.map((one) => one.version).join(", ");
  const contract = found(known, `version of ${name}`, String(version), `Available: ${versions}.`);
  return {
    name,
    version: contract.version,
    schema: z.fromJSONSchema(contract.schema as Parameters<typeof z.fromJSONSchema>[0]),
    identity: undefined,
    key: undefined,
    earlier: undefined,
    compatibility: contract.compatibility as EventContract["compatibility"],
  };
}

/** Throws an ApiError with all findings if a payload breaks its contract. */
export async function checkPayload(
  { name, version, schema }: EventContract,
  payload: Record<string, unknown>,
): Promise<void> {
  const checked = await validate(schema, payload);
  if (checked.valid) return;
  const { findings } = checked;
  throw new ApiError(
    "invalid",
    `The payload breaks the contract of ${name} version ${version}: ${describeFindings(findings)}. Nothing was sent.`,
    { path: "body.payload", findings },
  );
}

/** Checks an event and publishes it. */
export async function sendChecked(
  sending: Sending & { payload: Record<string, unknown> },
  { by, why }: { by: string; why: string },
  { publish, log }: Pick<ApiPorts, "publish" | "log">,
): Promise<SentEvent> {
  const { contract, payload } = sending;
  await checkPayload(contract, payload);
  const event = await send(sending, publish);
  log.info("An event was sent manually.", { event, name: contract.name, by, why });
  return { done: true, says: `${contract.name} was sent as event ${event}.`, event };
}
