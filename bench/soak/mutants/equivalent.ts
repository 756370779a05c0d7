const NO_UNION = "does not compile: no name of the union";
const NO_ITEM = "does not compile: no item of the list";
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
  "intake/skip-when-busy.ts": {
    "found?.status → found.status": "the run was accepted or read a moment ago",
  },
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
  "completion/progress.ts": {
    '"group" in message && message.group → "group" in message || message.group': "JSON has no undefined",
  },
  "completion/races.ts": { '[] → ["Stryker was here"]': NO_ITEM },
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
};
