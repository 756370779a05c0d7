import type { EventContract } from "../event.ts";

/** A publisher or subscriber, as documents name it. */
export interface Participant {
  name: string;
  kind: "workflow" | "step" | "reaction";
  /** "starts a run", "is waited for": why each event is received. */
  takes: { contract: EventContract; why: string }[];
  sends: EventContract[];
}

/** Every contract that a participant receives or sends, each once. */
export function contractsAmong(participants: readonly Participant[]): EventContract[] {
  const all = participants.flatMap(({ takes, sends }) => [
    ...takes.map(({ contract }) => contract),
    ...sends,
  ]);
  return [...new Set(all)];
}

/** Every event that a participant receives or sends, each in its newest version, by name. */
export function eventsAmong(participants: readonly Participant[]): EventContract[] {
  const newestLast = contractsAmong(participants).sort((a, b) => a.version - b.version);
  return [...new Map(newestLast.map((contract) => [contract.name, contract])).values()].sort((a, b) =>
    a.name < b.name ? -1 : 1,
  );
}
