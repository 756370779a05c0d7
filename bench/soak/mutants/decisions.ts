import { globSync } from "node:fs";
import { ROOT } from "../../harness.ts";

const part = (folder: string, names: string): string[] =>
  names.split(" ").map((name) => `lambdas/runtime/${folder}/${name}.ts`);

/** The decisions of the runtime, part by part. Files without decisions of their own, as ports and messages, are left out. */
export const DECISIONS: Record<string, readonly string[]> = {
  match: part("wait", "match match-waiters transitions waiters"),
  requests: part("wait", "admit-request question race vote"),
  breaker: part("work/breaker", "ask counts current force record transition"),
  turns: part(
    "intake",
    "batch/collect batch/form batch/plan burst debounce held-back join-queue key-queue launch skip-when-busy turn",
  ),
  claims: part(
    "work",
    "admission attempt attempts claim claim-changes claim-fields doubt earlier failed-before claim-effect lease-expiry undo-claim yield-to",
  ),
  endings: part(
    "completion",
    "arrivals deadline doubts first-checks forgotten-releases forgotten-seals held lost-messages progress races start-deadline undo",
  ),
  control: part(
    "control",
    "change-run change-subscriber follow-up look-again next-pass next-settings release replay-plan run-actions subscriber-actions",
  ),
  work: part(
    "work",
    "admit-effect conclude conclude-claim effect outcome repeatable result route-to-version spend timeout work",
  ),
  group: part("work/group", "chains deferrals ends failure fill message recent-runs select walk walk-steps"),
  answers: part("wait", "answer-if-over approve awaited-events deliver receive wait"),
  completion: part("completion", "advance compensate finish reconcile"),
  admission: part(
    "intake",
    "admit admit-event decide read-arrival read-event advance-key-queue batch/admit-collected batch/describe-batch begin refuse describe-run refused-run replayed",
  ),
  commands: part(
    "control",
    "change-settings commands control fields read-command replay resolve-dead-letter resolve-dead-letters resolve-event",
  ),
  defer: part("defer", "backoff defer defer-message resend send-missing"),
  express: part("express", "end hand-over start walk"),
  reactions: part(
    "reactions",
    "backoff budget conclude current defer-reaction effect react replayed verdict",
  ),
  runs: part("runs", "transitions"),
  ledger: part("ledger", "arrival expect notice outcome overdue receipt"),
};

/** Tests of bundles, which take seconds, and of every order of two calls. */
const LEFT_OUT = "bundled largest-answer shared-files wait-interleavings".split(" ");

/** The runtime's tests. Those of the adapters, the API, the model and webhooks are of no decision in the parts. */
export const TESTS: readonly string[] = globSync("test/runtime/**/*.test.ts", { cwd: ROOT })
  .filter((file) => !/\/(api|aws|ingress|model)\//.test(file))
  .filter((file) => !LEFT_OUT.some((name) => file.endsWith(`/${name}.test.ts`)))
  .toSorted();
