/** Files that decide, and the tests whose promises they keep. */
interface Part {
  files: readonly string[];
  tests: readonly string[];
}

const part = (folder: string, { files, tests }: { files: string; tests: string }): Part => ({
  files: files.split(" ").map((name) => `lambdas/runtime/${folder}/${name}.ts`),
  tests: tests.split(" ").map((name) => `test/runtime/${name}.test.ts`),
});

/** The decisions of the runtime, part by part. Files without decisions of their own, as ports and messages, are left out. */
export const DECISIONS: Record<string, Part> = {
  match: part("wait", {
    files: "match match-waiters transitions waiters",
    tests: "wait wait-match match-waiters wait-ports",
  }),
  entrance: part("wait", {
    files: "entrance question race vote",
    tests: "wait entrance approve vote wait-ports",
  }),
  breaker: part("work/breaker", {
    files: "counts current force record transition",
    tests: "breaker-counts breaker-force work-breaker work work-ports react control",
  }),
  turns: part("intake", {
    files:
      "batch/collect batch/form batch/plan burst debounce held-back join-queue key-queue launch skip-when-busy turn",
    tests: "intake intake-batch intake-epochs intake-per-key intake-throttle express-start control",
  }),
  claims: part("work", {
    files:
      "admission attempt attempts claim claim-changes doubt earlier failed-before claim-effect lease-expiry undo-claim yield-to",
    tests:
      "claims work work-attempts work-defer work-doubt work-group work-over work-ports work-repeatable work-undo compensate",
  }),
  endings: part("completion", {
    files:
      "arrivals deadline doubts first-checks forgotten-releases forgotten-seals held lost-messages progress races start-deadline transitions undo",
    tests: "finish compensate end-ports transitions epoch-of-transitions missing-tasks work-doubt work-undo",
  }),
  control: part("control", {
    files:
      "change-run change-subscriber follow-up look-again next-pass next-settings release replay-plan run-actions subscriber-actions",
    tests: "control settings replay resolve-event compensate finish intake-epochs",
  }),
  work: part("work", {
    files: "conclude dropped effect enter outcome repeatable result route-to-version spend timeout work",
    tests:
      "work work-attempts work-breaker work-budget work-defer work-doubt work-over work-payload work-repeatable work-undo route-to-version throw-site replay",
  }),
  group: part("work/group", {
    files: "chains deferrals ends failure fill message select walk walk-steps",
    tests: "work-branches work-group work express express-start",
  }),
  answers: part("wait", {
    files: "approve awaited-events deliver receive wait",
    tests: "wait approve vote bad-input",
  }),
  completion: part("completion", {
    files: "advance compensate finish reconcile",
    tests: "finish compensate end-ports missing-tasks work-doubt work-undo",
  }),
  admission: part("intake", {
    files: "admit batch/describe-batch describe-run refused-run replayed",
    tests:
      "intake intake-batch intake-epochs intake-per-key intake-throttle express-start replayed run-about bad-input",
  }),
  commands: part("control", {
    files: "change-settings control replay resolve-dead-letter resolve-dead-letters resolve-event",
    tests: "control settings replay dead-letters resolve-event",
  }),
  defer: part("defer", {
    files: "backoff defer defer-message resend send-missing",
    tests: "work-defer approve wait finish control react",
  }),
  express: part("express", { files: "report start walk", tests: "express express-start intake" }),
  reactions: part("reactions", {
    files: "backoff begin budget conclude current defer-reaction effect outcome react replayed verdict",
    tests: "react replayed bad-input",
  }),
  ledger: part("ledger", {
    files: "arrival expect notice outcome overdue receipt",
    tests: "ledger/expect ledger/outcome ledger/overdue intake react wait",
  }),
};
