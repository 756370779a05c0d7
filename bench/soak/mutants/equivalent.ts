const NO_UNION = "does not compile: no name of the union";
const NO_ITEM = "does not compile: no item of the list";
const NO_FIELD = "does not compile: fields are missing";
const LOGGED = "fields of a line of the log";
const NAMESPACE = "the first part of a digest: any text that stays the same";
const NOT_STORED = "the table stores no undefined";

/**
 * Mutants that no test can find, by file: "before → after", and why. They behave as the code does, or do not compile, which Stryker
 * does not check.
 */
export const EQUIVALENT: Record<string, Record<string, string>> = {
  "wait/match.ts": { "a.id < b.id → a.id <= b.id": "two events never have the same id" },
  "wait/match-waiters.ts": {
    "round < MOST_ROUNDS → round <= MOST_ROUNDS":
      "one more round before it gives up: the number is no promise",
    '"changed" → ""': NO_UNION,
    "at < things.length → at <= things.length": "a last turn without things",
  },
  "wait/race.ts": { '"signalled" → ""': NO_UNION },
  "wait/waiters.ts": { "resultLimit !== undefined → true": NOT_STORED },
  "wait/question.ts": {
    'prior.state === "pending" → true':
      "with `over`, a decided and a closed one are answered by the lines above",
  },
  "work/breaker/current.ts": {
    "breaker && stored → true":
      "without a breaker there are no settings of one, and without settings it stays as it is",
    "breaker && stored → breaker || stored": "the same",
  },
  "work/breaker/record.ts": { '"none" → ""': "the writer of a new record: any name that no invocation has" },
  "wait/vote.ts": {
    '[] → ["Stryker was here"]': NO_ITEM,
    "delegated !== undefined → true": NOT_STORED,
    "until !== undefined → true": "undefined is not before any time",
  },
  "intake/burst.ts": {
    "burst.order > arrival.order → burst.order >= arrival.order":
      "the same order is the same execution, which does not join twice",
  },
  "intake/skip-when-busy.ts": { '[] → ["Stryker was here"]': NO_ITEM },
  "intake/batch/form.ts": {
    "!plan → false": "there is a plan for each line with events",
    '"looked" → ""': NO_UNION,
    '"begun" → ""': NO_UNION,
  },
  "completion/arrivals.ts": {
    '"step" → ""': "a message of a step leaves no keys, so that nothing more is read",
    '[] → ["Stryker was here"]': NO_ITEM,
    'item.kind !== "waiter" → false': "behind the keys of a wait are only waiters",
  },
  "completion/deadline.ts": { "until !== undefined → true": "no time is NaN, which is not before any time" },
  "completion/lost-messages.ts": {
    "tasks.map(({ message }) => message).filter(leavesItem) → tasks.map(({ message }) => message)":
      "a message of a step leaves no keys",
    '[] → ["Stryker was here"]': NO_ITEM,
  },
  "completion/finish.ts": {
    "run && epoch !== undefined && epoch < run.epoch → true": "does not compile: it narrows the type",
    "epoch !== undefined → true": "does not compile: it narrows the type",
    "epoch < run.epoch → true": "no execution belongs to an epoch that its run has not begun",
    "epoch < run.epoch → epoch <= run.epoch": "the epochs differ here",
  },
  "completion/races.ts": {
    "decided.length === 0 → false": "without a decided race no way has lost, and nothing is sealed",
    '[] → ["Stryker was here"]': NO_ITEM,
  },
  "completion/undo.ts": {
    '[] → ["Stryker was here"]': NO_ITEM,
    'direction === "do" → true': "an undo that is done or late settles itself",
    '"undo" → ""': NO_UNION,
  },
  "completion/advance.ts": {
    '[] → ["Stryker was here"]': NO_ITEM,
    '"succeeded" → ""': NO_UNION,
    "end.output === undefined → false": "no output fits as it is",
    'run.status === "compensating" → true':
      "of a run that has ended only late effects are left, whatever its end",
  },
  "completion/compensate.ts": { '"late" → ""': NO_UNION, '[] → ["Stryker was here"]': NO_ITEM },
  "completion/reconcile.ts": {
    "until !== undefined → true": "no time is NaN, which is not after any time",
    "limit !== undefined → true": "undefined is not after any time",
    'run.express && run.status === "running" → run.express || run.status === "running"':
      "a run with an execution is checked by it there too",
    'run.status === "running" → true': "a run with an execution is checked by it there too",
  },
  "work/attempt.ts": {
    "{ policy: failure.policy, stack: thrown instanceof Error ? thrown.stack : undefined } → {}": LOGGED,
  },
  "work/doubt.ts": { "{ ...message, fallback: false } → {}": NO_FIELD },
  "work/claim-fields.ts": { '[] → ["Stryker was here"]': "no field has this name" },
  "work/claim-changes.ts": { "{ answer: undefined } → {}": "no answer is undefined" },
  "work/claim-effect.ts": {
    'outcome.kind === "claimed" → true': "only what is claimed can be taken over",
  },
  "work/breaker/ask.ts": { "!breaker → false": "without a breaker its state is healthy" },
  "work/repeatable.ts": { '"completed" → ""': NO_UNION },
  "work/result.ts": {
    '[] → ["Stryker was here"]': NO_ITEM,
    "bytesOf(result) <= resultLimit → bytesOf(result) < resultLimit": "at the limit it fits either way",
  },
  "work/route-to-version.ts": { "release → true": "what is unknown is asked for again" },
  "work/spend.ts": { "calls++ → calls--": "the numbers of calls only have to differ" },
  "work/group/walk-steps.ts": {
    '[] → ["Stryker was here"]': NO_ITEM,
    '"delivered" → ""': NO_UNION,
    'claim?.state === "done" → false': "its claim answers with the same result",
    '"done" → ""': NO_UNION,
    '"reported" → ""': NO_UNION,
    "ahead → true": "what it throws is not needed: the group has failed",
    "claim → true": "a step without a claim is unknown either way",
  },
  "work/group/deferrals.ts": { "false → true": "nothing is removed before it is put" },
  "intake/admit.ts": {
    '"release" → ""': NO_UNION,
    '"key-queue" → ""': NO_UNION,
    "ended → true": "a run that is deleted has no place",
  },
  "intake/advance-key-queue.ts": {
    "at !== undefined → true": "undefined is not after any time",
  },
  "intake/batch/admit-collected.ts": {
    "receipt → true": "does not compile: it narrows the type",
    '"begun" → ""': NO_UNION,
  },
  "intake/batch/describe-batch.ts": { '"batch" → ""': NAMESPACE },
  "intake/describe-run.ts": {
    '"run" → ""': NO_UNION,
    '"accepted" → ""': NO_UNION,
    "about !== undefined → true": "no id follows from undefined",
  },
  "intake/refused-run.ts": {
    "{ ...spec.on[0]!, key: undefined, identity: undefined } → {}": "only its key and identity are read",
  },
  "intake/replayed.ts": {
    '"passed" → ""': NO_UNION,
    '"duplicate" → ""': NO_UNION,
    "(uriOrKey) => artifacts.get(uriOrKey) → () => undefined": "does not compile: no file",
    "(key) => artifacts.uri(key) → () => undefined": "does not compile: no address",
    "async (key) => artifacts.uri(key) → () => undefined": "does not compile: no address",
    "default: return outcome; → default:": "does not compile: no outcome",
    "!(error instanceof Refusal) → false": "nothing else is thrown there",
  },
  "wait/approve.ts": {
    '"approval" → ""': NO_UNION,
    "!silence.decided && silence.existing → !silence.decided || silence.existing":
      "what is decided now has no earlier decision",
  },
  "wait/deliver.ts": {
    '"changed" → ""': NO_UNION,
    '"lost" → ""': NO_UNION,
    '"gone" → ""': NO_UNION,
    '[] → ["Stryker was here"]': NO_ITEM,
    "token !== undefined → true": "no state has left no token",
  },
  "wait/wait.ts": {
    '{ kind: "proceed" } → {}': "is read before it is used",
    '"proceed" → ""': NO_UNION,
    "isRefusal(met) → true": "only a refusal keeps a wait out",
    'met.kind !== "defer" → false': "what is kept out is refused or deferred",
    '[] → ["Stryker was here"]': NO_ITEM,
    "message.run.epoch - 1 → message.run.epoch + 1": "the run of its own epoch is the answer either way",
  },
  "express/walk.ts": { '"delivered" → ""': NO_UNION },
  "control/follow-up.ts": { 'action === "set" → true': "only settings have a limit for a target" },
  "control/release.ts": { '"stopped" → ""': NO_UNION },
  "control/next-settings.ts": {
    "[...new Set([...Object.keys(before.values), ...Object.keys(after)])].sort() → [...new Set([...Object.keys(before.values), ...Object.keys(after)])]":
      "the order of a text for people",
  },
  "control/replay-plan.ts": {
    '`${named(order)} not take ${unknown.join(", ")}. ${taken.length > 0 ? `Available: ${taken.join(", ")}.` : ""}`.trim() → `${named(order)} not take ${unknown.join(", ")}. ${taken.length > 0 ? `Available: ${taken.join(", ")}.` : ""}`':
      "a space at the end of a text for people",
  },
  "control/commands.ts": { '"start" → ""': NAMESPACE },
  "control/replay.ts": { '"replay" → ""': NAMESPACE },
  "control/change-settings.ts": {
    "known.find((setting) => setting.name === name)?.default → known.find(setting => setting.name === name).default":
      "only settings that are known change",
  },
  "control/resolve-dead-letter.ts": {
    'as === "redriven" → true': "a command to discard has no body",
  },
  "control/resolve-dead-letters.ts": { "item.run !== undefined → true": "JSON has no undefined" },
  "reactions/budget.ts": {
    "!limit → false": "without a limit nothing is left over",
    '{ kind: "unlimited" } → {}': "no caller distinguishes them",
    '"unlimited" → ""': NO_UNION,
  },
  "reactions/defer-reaction.ts": { '"do" → ""': NO_UNION },
  "reactions/effect.ts": {
    '"" → "Stryker was here!"': "no state waits, so that the token is not read",
    '[] → ["Stryker was here"]': NO_ITEM,
  },
  "reactions/react.ts": {
    "claim?.handled?.id → claim?.handled.id": "does not compile: the field is optional",
    'case "claimed": break; → case "claimed":': "the last case",
    '"claimed" → ""': NO_UNION,
  },
  "reactions/replayed.ts": {
    "replay?.requested → replay.requested": "only a replay reads a second epoch",
    "before?.payload → before.payload": "does not compile: the field is optional",
    "default: return undefined; → default:": "returns nothing either way",
  },
  "reactions/verdict.ts": { '"sealed" → ""': NO_UNION },
  "ledger/expect.ts": {
    "noted.flat().length > 0 → true": "no reminder is sent about nothing",
    "noted.flat().length > 0 → noted.flat().length >= 0": "no reminder is sent about nothing",
  },
  "ledger/notice.ts": {
    'metadata === "" → false': "an empty text is read as no metadata",
    '"" → "Stryker was here!"': "an empty text is read as no metadata",
  },
  "ledger/outcome.ts": { "default: return undefined; → default:": "returns nothing either way" },
};
