/** The pages that are loaded together when one of them is first opened. */

export { Approvals } from "./approvals.tsx";
export { Breakers } from "./breakers.tsx";
export { CorrelationPage } from "./correlation.tsx";
export { DeadLetterPage } from "./dead-letter.tsx";
export { DeadLetters } from "./dead-letters.tsx";
export { Deliveries } from "./deliveries.tsx";
export { EventPage } from "./event.tsx";
export { Events } from "./events.tsx";
export { Quarantine } from "./quarantine.tsx";
export { QuarantinedPage } from "./quarantined.tsx";
export { Replays } from "./replays.tsx";
export { Workflows } from "./workflows.tsx";
