import type { Envelope } from "../../../lib/contract/envelope.ts";
import { isInPlace } from "../../../lib/contract/keys/in-place.ts";
import type { LoggedState } from "../../../lib/contract/log/logged-state.ts";
import type { CorrelatedItem, FeedChange, TableItem } from "../../../lib/contract/table.ts";
import type { Measure } from "../ports/measure.ts";
import type { Span } from "../ports/span.ts";
import { eventsOfApproval } from "./approval-events.ts";
import { eventsOfBreaker } from "./breaker-events.ts";
import { eventsOfClaim } from "./claim-events.ts";
import { eventsOfCommand } from "./command-events.ts";
import { correlationsOfClaim, correlationsOfRun } from "./correlations.ts";
import { eventsOfDeadLetter } from "./dead-letter-events.ts";
import { eventsOfDelivery } from "./delivery-events.ts";
import { eventsOfLane } from "./limit-events.ts";
import * as logOnly from "./log-only-events.ts";
import * as states from "./logged-state.ts";
import { measuresOfClaim, measuresOfRun } from "./measures.ts";
import {
  type LogPlace,
  placeInRun,
  placeOfCommand,
  placeOfDeadLetter,
  placeOfDeferred,
  placeOfWaiter,
} from "./places.ts";
import { eventsOfQuarantine } from "./quarantine-events.ts";
import { eventsOfRace } from "./race-events.ts";
import { eventsOfReplay } from "./replay-events.ts";
import { eventsOfRun } from "./run-events.ts";
import { spansOfClaim, spansOfRun } from "./spans.ts";
import { eventsOfAwaited, eventsOfWaiter } from "./wait-events.ts";

/** What the relay makes of a change of one kind of item. `before` is undefined for a new or unknown item. */
interface Relayed<Item extends TableItem> {
  /** Events for the bus and the log. */
  events?(before: Item | undefined, after: Item): Envelope[];
  /** Events only for the log. */
  logged?(before: Item | undefined, after: Item): Envelope[];
  /** The place of its events in the log of a run; undefined if it belongs to no run. */
  place?(item: Item): LogPlace | undefined;
  /** The state in the log of its run. */
  state?(before: Item | undefined, after: Item): LoggedState | undefined;
  /** What viewers learn about it. */
  feed?(item: Item): Pick<FeedChange, "run" | "workflow" | "status" | "path">;
  /** Which outside events a new item belongs to; `recorded`: the subscribers whose deliveries are recorded. */
  correlations?(item: Item, recorded: ReadonlySet<string>): CorrelatedItem[];
  measures?(before: Item | undefined, after: Item): Measure[];
  spans?(before: Item | undefined, after: Item): Span[];
}

type Kinds = {
  readonly [Kind in TableItem["kind"]]: Relayed<Extract<TableItem, { kind: Kind }>>;
};

/** The relay makes nothing of it. */
const NOTHING = {};

const ofStep = ({ run, workflow, path }: Required<Pick<FeedChange, "run" | "workflow" | "path">>) => ({
  run,
  workflow,
  path,
});

/** All kinds of items, each with what the relay makes of it. */
const KINDS: Kinds = {
  run: {
    events: eventsOfRun,
    logged: logOnly.loggedOfRun,
    place: placeInRun,
    state: states.stateOfRun,
    feed: ({ run, workflow, status }) => ({ run, workflow, status }),
    correlations: correlationsOfRun,
    measures: measuresOfRun,
    spans: spansOfRun,
  },
  claim: {
    events: eventsOfClaim,
    logged: logOnly.loggedOfClaim,
    place: placeInRun,
    state: (_, claim) => states.stateOfStep(claim),
    feed: ofStep,
    correlations: correlationsOfClaim,
    measures: measuresOfClaim,
    spans: spansOfClaim,
  },
  approval: {
    events: eventsOfApproval,
    logged: logOnly.loggedOfApproval,
    place: placeInRun,
    state: (_, approval) => states.stateOfQuestion(approval),
    feed: ofStep,
  },
  deferred: {
    logged: logOnly.loggedOfDeferred,
    place: placeOfDeferred,
    state: (_, deferred) => states.stateOfDeferral(deferred),
    feed: ofStep,
  },
  waiter: {
    events: (_, waiter) => eventsOfWaiter(waiter),
    logged: logOnly.loggedOfWaiter,
    place: placeOfWaiter,
    state: (_, waiter) => states.stateOfWait(waiter),
    feed: ofStep,
  },
  race: {
    events: (_, race) => eventsOfRace(race),
    place: placeInRun,
    state: (_, { winner }) => ({ kind: "race", winner }),
  },
  "dead-letter": { events: eventsOfDeadLetter, place: placeOfDeadLetter },
  command: { events: (_, command) => eventsOfCommand(command), place: placeOfCommand },
  quarantine: { events: (_, item) => eventsOfQuarantine(item) },
  breaker: { events: (_, breaker) => eventsOfBreaker(breaker) },
  "awaited-event": { events: (_, event) => eventsOfAwaited(event) },
  delivery: { events: eventsOfDelivery },
  "limit-lane": { events: eventsOfLane },
  replay: { events: eventsOfReplay },
  audit: NOTHING,
  "batch-entry": NOTHING,
  "batch-line": NOTHING,
  "body-part": NOTHING,
  "collected-event": NOTHING,
  control: NOTHING,
  correlated: NOTHING,
  "dry-run-event": NOTHING,
  feed: NOTHING,
  "key-queue": NOTHING,
  "limit-entry": NOTHING,
  log: NOTHING,
  "log-pack": NOTHING,
  presence: NOTHING,
  queue: NOTHING,
  queued: NOTHING,
  "race-child": NOTHING,
  release: NOTHING,
  "release-machine": NOTHING,
  schedule: NOTHING,
  settings: NOTHING,
  taken: NOTHING,
  viewers: NOTHING,
  window: NOTHING,
};

/** What the relay makes of changes of this item. */
export function kindOf(item: TableItem): Relayed<TableItem> {
  // A later deployment may have written a kind that this one does not have.
  return isInPlace(item) ? ((KINDS[item.kind] as Relayed<TableItem> | undefined) ?? NOTHING) : NOTHING;
}
