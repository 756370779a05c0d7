import type { Envelope } from "../../../lib/contract/envelope.ts";
import { type EventContract, versionsOf } from "../../../lib/contract/event.ts";
import type { QuarantineItem } from "../../../lib/contract/table.ts";
import { type Finding, validate } from "./validation.ts";

/** An event as its subscriber reads it, or why it is not admitted. */
export type Consumed =
  | { accepted: true; contract: EventContract; data: Record<string, unknown>; sent: Record<string, unknown> }
  | { accepted: false; reason: QuarantineItem["reason"]; findings: Finding[] };

/**
 * Checks an event against the version in which it was sent, and converts it to the newest version that the
 * subscriber knows. `sent` is the payload before that: whether two deliveries are the same must not change
 * with the code.
 */
export async function consume(
  envelope: Envelope,
  contracts: readonly EventContract[],
  subscriber: string,
): Promise<Consumed> {
  const { malformed } = envelope;
  if (malformed) return { accepted: false, reason: "contract", findings: malformed };
  const newest = contracts.find(({ name }) => name === envelope.name);
  const versions = newest ? versionsOf(newest) : [];
  const at = versions.findIndex(({ version }) => version === envelope.version);
  if (!newest || at < 0) {
    return {
      accepted: false,
      reason: "unknown-version",
      findings: [unknownVersion(envelope, contracts, subscriber)],
    };
  }
  const sent = await validate(versions[at]!.schema, envelope.data);
  if (!sent.valid) return { accepted: false, reason: "contract", findings: sent.findings };

  let data: unknown = sent.value;
  for (const contract of versions.slice(0, at).reverse()) {
    const brought = await bringForward(data, contract);
    if (!brought.valid) return { accepted: false, reason: "contract", findings: brought.findings };
    data = brought.value;
  }
  return {
    accepted: true,
    contract: newest,
    data: data as Record<string, unknown>,
    sent: sent.value as Record<string, unknown>,
  };
}

async function bringForward(old: unknown, { name, version, schema, earlier }: EventContract) {
  try {
    return await validate(schema, earlier!.forward(old));
  } catch (error) {
    const message = `The upcast of ${name} from version ${earlier!.from.version} to ${version} failed: ${(error as Error).message}`;
    return { valid: false as const, findings: [{ path: "", message }] };
  }
}

function unknownVersion(
  { name, version }: Envelope,
  contracts: readonly EventContract[],
  subscriber: string,
): Finding {
  const known = contracts
    .flatMap(versionsOf)
    .map((contract) => `${contract.name} version ${contract.version}`);
  return {
    path: "millrace.version",
    message: `${subscriber} supports ${known.join(", ")}. Send a supported version, or deploy a definition that supports this one.`,
    value: `${name} version ${version}`,
  };
}
