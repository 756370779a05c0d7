import { type EventContract, versionsOf } from "../event.ts";
import { type Compatibility, type Direction, FORBIDDEN } from "./mode.ts";
import { type RecordedContract, recordOf, recordText } from "./record.ts";
import { refusals } from "./refusals.ts";
import { describeRefusal } from "./words.ts";

/** A difference between a contract in code and its record. */
export interface ContractChange {
  event: string;
  version: number;
  /** What changed, and whom it breaks. */
  says: string;
  /** Undefined if it is compatible. */
  breaks: Direction | undefined;
  mode: Compatibility;
  /** Whether the event's mode does not allow it. */
  forbidden: boolean;
}

/**
 * All differences between contracts and their records, in order of names and versions. Empty: nothing
 * changed.
 */
export function compareContracts(
  contracts: readonly EventContract[],
  recorded: readonly RecordedContract[],
): ContractChange[] {
  const versions = unique(contracts.flatMap(versionsOf));
  const changes = [
    ...versions.flatMap((contract) => compareVersion(contract, versions, recorded)),
    ...recorded.filter((record) => !versions.some(isOf(record))).map((record) => gone(record, contracts)),
  ];
  return changes.sort((a, b) => (a.event === b.event ? a.version - b.version : a.event < b.event ? -1 : 1));
}

function compareVersion(
  contract: EventContract,
  versions: readonly EventContract[],
  recorded: readonly RecordedContract[],
): ContractChange[] {
  const now = recordOf(contract);
  const twin = versions.find(
    (other) => isOf(now)(other) && other !== contract && recordText(recordOf(other)) !== recordText(now),
  );
  if (twin)
    return [change(contract, "backward", "Two contracts of this version have different schemas. Keep one.")];
  const before = recorded.find((record) => isOf(record)(contract));
  if (!before) return [unrecorded(contract)];
  if (recordText(before) === recordText(now)) return [];
  const broken = (["backward", "forward"] as const).flatMap((direction) => {
    const [sent, taken] = direction === "backward" ? [before, now] : [now, before];
    return refusals(sent.schema, taken.schema).map((refusal) =>
      change(contract, direction, describeRefusal(refusal, direction, contract.version)),
    );
  });
  return broken.length > 0 ? broken : [change(contract, undefined, "The schema changed compatibly.")];
}

/** Without a record, no later change of it could be detected. */
function unrecorded(contract: EventContract): ContractChange {
  const says = "This version has no record. Run `millrace contracts write`, and commit the result.";
  return { ...change(contract, undefined, says), forbidden: contract.compatibility !== "none" };
}

function gone({ event, version }: RecordedContract, contracts: readonly EventContract[]): ContractChange {
  const now = contracts.find(({ name }) => name === event);
  const mode = now?.compatibility ?? "backward";
  const says = now
    ? `Version ${version} was removed: events of producers that still send it are quarantined. Keep it as \`earlier: upcast(…)\`.`
    : "The event no longer has producers or subscribers. If that is intended, run `millrace contracts write`.";
  return change({ name: event, version, compatibility: mode }, "backward", says);
}

function change(
  { name, version, compatibility: mode }: Pick<EventContract, "name" | "version" | "compatibility">,
  breaks: Direction | undefined,
  says: string,
): ContractChange {
  const forbidden = breaks !== undefined && FORBIDDEN[mode].includes(breaks);
  return { event: name, version, says, breaks, mode, forbidden };
}

function isOf({ event, version }: Pick<RecordedContract, "event" | "version">) {
  return (contract: EventContract) => contract.name === event && contract.version === version;
}

/**
 * Contracts are compared by content: the same one may have several names, and be written in several places.
 */
function unique(contracts: readonly EventContract[]): EventContract[] {
  const found = new Map(contracts.map((contract) => [recordText(recordOf(contract)), contract]));
  return [...found.values()];
}
