/** A fault that is planted: in a file, one text in the place of another. */
export interface Mutation {
  name: string;
  /** What is promised and no longer kept. */
  breaks: string;
  file: string;
  from: string;
  to: string;
}

const runtime = (path: string) => `lambdas/runtime/${path}`;

/** Faults that tests did not find once. Each has to be found. */
export const MUTATIONS: readonly Mutation[] = [
  {
    name: "key-queue-revision",
    breaks: "A per-key queue is written over what another has written meanwhile",
    file: runtime("aws/table/revised.ts"),
    from: `"#revision = :revision"`,
    to: `"NOT #revision < :revision"`,
  },
  {
    name: "refusal-as-success",
    breaks: "A statement of a batch that was refused is taken for carried out",
    file: runtime("aws/table/statements.ts"),
    from: `return { answer: { kind: "refused", item: failure.Item } };`,
    to: `return { answer: { kind: "executed", item: failure.Item } };`,
  },
  {
    name: "throttle-as-success",
    breaks: "A statement of a batch that was throttled is taken for carried out",
    file: runtime("aws/table/statements.ts"),
    from: "return PASSING.has(Code) ? { leftOver: error } : { refused: error };",
    to: `return PASSING.has(Code) ? { answer: { kind: "executed", item: undefined } } : { refused: error };`,
  },
  {
    name: "refused-pair-as-written",
    breaks: "A pair of writes that was refused is taken for written",
    file: runtime("aws/table/pairs.ts"),
    from: "isRefused(pair, at) ? { answer: false } : written.shift()!",
    to: "isRefused(pair, at) ? { answer: true } : written.shift()!",
  },
  {
    name: "late-step-ends-its-run",
    breaks: "A run ends with a step whose claim was sealed",
    file: runtime("aws/work/following-claims.ts"),
    from: "hasEnded = isCompletion && (await endTogether(table, ended, claim, now()));",
    to: "hasEnded = await endTogether(table, ended, claim, now());",
  },
  {
    name: "run-ends-with-any-step",
    breaks: "A run ends with a step although another one is not done",
    file: runtime("work/group/walk-steps.ts"),
    from: "const isLast = this.done.size === this.before.length - 1;",
    to: "const isLast = true;",
  },
  {
    name: "line-after-look",
    breaks: "A run is put into the line after the per-key queue was read",
    file: runtime("intake/join-queue.ts"),
    from: `  await ports.keyQueues.queue(run.key, arrival);
  const keyQueue = await moveUp(run.key, limits, ports);`,
    to: `  const keyQueue = await moveUp(run.key, limits, ports);
  await ports.keyQueues.queue(run.key, arrival);`,
  },
  {
    name: "leaver-stays-in-line",
    breaks: "A run that is over stays in the line",
    file: runtime("intake/turn.ts"),
    from: `if (run) await ports.keyQueues.unqueue(key, arrivalOf(run, parseExecutionName(execution).epoch));`,
    to: `void run;`,
  },
  {
    name: "breaker-revision",
    breaks: "A count is made although the breaker has changed meanwhile",
    file: runtime("aws/work/breakers.ts"),
    from: `"#revision = :revision AND #writer <> :writer"`,
    to: `"NOT #revision < :revision AND #writer <> :writer"`,
  },
  {
    name: "breaker-writer",
    breaks: "A count whose answer was lost is made twice",
    file: runtime("aws/work/breakers.ts"),
    from: `"#revision = :revision AND #writer <> :writer"`,
    to: `"#revision = :revision AND NOT (#writer = #revision AND #writer = :writer)"`,
  },
  {
    name: "checkpoint-by-max",
    breaks: "Changes before the last that was not published are not published again",
    file: runtime("relay/relay.ts"),
    from: "Math.min(...refused",
    to: "Math.max(...refused",
  },
  {
    name: "older-change-takes-newer-mark",
    breaks: "An older change takes off the mark of a newer one",
    file: runtime("aws/relay/outbox.ts"),
    from: `condition: "#revision = :revision"`,
    to: `condition: "#revision >= :revision"`,
  },
  {
    name: "closed-question-again",
    breaks: "A question of a run that is ending is asked again",
    file: runtime("wait/question.ts"),
    from: ` || prior.state === "closed"`,
    to: "",
  },
  {
    name: "lease-margin",
    breaks: "A worker that still runs loses its claim where clocks differ",
    file: runtime("work/effect.ts"),
    from: "return deadline + CLOCK_TOLERANCE;",
    to: "return deadline;",
  },
  {
    name: "epoch-of-transitions",
    breaks: "What was seen of an earlier epoch ends a later one",
    file: runtime("runs/transitions.ts"),
    from: "    run.epoch === seen.epoch &&\n",
    to: "",
  },
  {
    name: "release-before-defer",
    breaks: "A message whose claim is given back is in no queue and not deferred yet",
    file: runtime("defer/defer.ts"),
    from: `  const kept = await defer(item, ports);
  await written(kept);`,
    to: `  await written(true);
  const kept = await defer(item, ports);`,
  },
  {
    name: "group-without-claims",
    breaks: "A step of a group begins without its claim",
    file: runtime("work/group/walk-steps.ts"),
    from: `      executions: {
        async succeed`,
    to: `      claims: { ...ports.claims, claim: async () => ({ kind: "claimed" }) },
      executions: {
        async succeed`,
  },
  {
    name: "group-counts-together",
    breaks: "A step of a group has attempts of its own",
    file: runtime("work/group/message.ts"),
    from: `return attempt <= 1 && (`,
    to: `return attempt > 0 || (`,
  },
  {
    name: "group-skips-claim",
    breaks: "A step of a group begins without its claim, since another step has one",
    file: runtime("work/group/chains.ts"),
    from: `this.ahead.delete(position)`,
    to: `this.ahead.delete(position) || position > 0`,
  },
  {
    name: "boundary-without-claim",
    breaks: "A completion that had no room for the next claim is taken for one that claimed it",
    file: runtime("work/group/chains.ts"),
    from: `if (completed !== "continued") return completed;`,
    to: `if (!following || completed === "late" || completed === "lost") return completed as "lost";`,
  },
  {
    name: "boundary-of-any-revision",
    breaks: "A claim in the item of another step is written over what another delivery wrote meanwhile",
    file: runtime("aws/work/following-claims.ts"),
    from: `"#revision = :revision"`,
    to: `"NOT #revision < :revision"`,
  },
  {
    name: "group-does-not-look",
    breaks:
      "A delivery that follows another through a group claims a step a second time, in an item of its own",
    file: runtime("work/group/walk-steps.ts"),
    from: `if (!isDone && !chains.isOwn(position)) await`,
    to: `if (isDone && !chains.isOwn(position)) await`,
  },
  {
    name: "join-too-early",
    breaks: "A step of a group begins before a branch before it is done",
    file: runtime("work/group/walk-steps.ts"),
    from: `one === position || this.done.has(one);`,
    to: `one === position || one >= 0;`,
  },
  {
    name: "branches-report-retries-at-once",
    breaks: "The message of a retry finds the claims of other branches held",
    file: runtime("work/group/ends.ts"),
    from: `const isNow = this.isFinal &&`,
    to: `const isNow = true &&`,
  },
  {
    name: "branches-end-with-the-first-error",
    breaks: "A worker returns while other branches of its group run",
    file: runtime("work/group/walk-steps.ts"),
    from: `.catch((error: unknown) => {
      this.ends.threw(error);
      return [];
    })`,
    to: "",
  },
  {
    name: "found-only-alone",
    breaks: "A later epoch, or an undo, does not find a claim in the item of another step",
    file: runtime("aws/work/claims.ts"),
    from: `claimsIn(item).find(({ sk }) => sk === key.sk)`,
    to: `[item].find(({ sk }) => sk === key.sk)`,
  },
  {
    name: "revision-of-the-item",
    breaks:
      "A claim whose item has others changes its revision with them, so that its events are published twice",
    file: "lib/contract/groups/claims-in.ts",
    from: `revision: item.revision - changesOf(item.following!)`,
    to: `revision: item.revision`,
  },
  {
    name: "published-later-is-forgotten",
    breaks: "Boundaries of a group that are published with a later change are not published",
    file: runtime("relay/change.ts"),
    from: `if (publishedUpTo === undefined) return [];`,
    to: `if (publishedUpTo !== 0) return [];`,
  },
  {
    name: "group-defers-one-step",
    breaks: "A group that is deferred keeps the message of one step alone",
    file: runtime("work/group/deferrals.ts"),
    from: `deferred.put({ ...item, message: this.message })`,
    to: `deferred.put(item)`,
  },
  {
    name: "group-fails-without-name",
    breaks: "A failure in a group does not say of which step",
    file: runtime("work/group/failure.ts"),
    from: `NAMED.has(error) ?`,
    to: `NAMED.has("") ?`,
  },
  {
    name: "group-never-reads-its-run-again",
    breaks: "A run that is paused while its group runs is not paused",
    file: runtime("work/group/recent-runs.ts"),
    from: `known && isRecent(known.at, now) ?`,
    to: `known && now > 0 ?`,
  },
  {
    name: "seal-misses-the-next-step",
    breaks: "A step that began while its run was sealed is not sealed",
    file: runtime("aws/work/claims.ts"),
    from: `if (found && claimsIn(found)`,
    to: `if (found && !found && claimsIn(found)`,
  },
  {
    name: "express-outcome-of-any-epoch",
    breaks: "The outcome of an earlier epoch ends a later one",
    file: runtime("aws/runs/run-ends.ts"),
    from: `"#epoch = :epoch AND #status IN (:accepted, :running)",`,
    to: `":epoch = :epoch AND #status IN (:accepted, :running)",`,
  },
  {
    name: "express-outcome-of-an-ended-run",
    breaks: "A worker's outcome ends a run that has ended, or is ending",
    file: runtime("aws/runs/run-ends.ts"),
    from: `"#epoch = :epoch AND #status IN (:accepted, :running)",`,
    to: `"#epoch = :epoch AND NOT #status IN (:accepted) AND :running = :running",`,
  },
  {
    name: "express-forgets-failure",
    breaks: "An execution that takes over runs an attempt that has failed a second time",
    file: runtime("work/failed-before.ts"),
    from: `if (claim?.state !== "failed" || !isOfExpress(claim.fence)) return undefined;`,
    to: `if (claim?.state !== "failed" || isOfExpress(claim.fence)) return undefined;`,
  },
  {
    name: "doubt-of-takeover",
    breaks: "An effect of a worker that died is forgotten where a later try does not complete it",
    file: runtime("work/claim-fields.ts"),
    from: "const doubt = tookOver ? time : undefined;",
    to: "const doubt = undefined;",
  },
  {
    name: "released-doubt",
    breaks: "A claim that was given back in doubt is not sealed when its run ends",
    file: runtime("work/claim.ts"),
    from: "(state === undefined ? doubt !== undefined : SEALABLE.has(state))",
    to: "SEALABLE.has(state)",
  },
  {
    name: "pack-replaces",
    breaks: "An item of log entries takes the place of one that begins with the same entry",
    file: "lib/contract/log/log-pack.ts",
    from: "derivedEventId(...entries.map(({ sk }) => sk))",
    to: "derivedEventId(first.sk)",
  },
  {
    name: "repeated-is-dropped",
    breaks:
      "A delivery of a step that is safe to repeat drops its message because another was faster, which died",
    file: runtime("work/conclude.ts"),
    from: `    ? await yieldTo(completed.instead, effect, ports)`,
    to: `    ? { kind: "dropped", why: "another was faster" }`,
  },
  {
    name: "repeatable-always-new",
    breaks: "A step that is safe to repeat runs again long after it was done",
    file: runtime("work/group/walk-steps.ts"),
    from: "isNew: before.length > 0 ? before.every((one) => chains.isOwn(one)) : this.isNewRun,",
    to: "isNew: true,",
  },
  {
    name: "claimed-before-results",
    breaks: "A step is claimed before the results that it uses are written",
    file: runtime("work/group/walk-steps.ts"),
    from: "this.workerOf(position + 1).spec.repeatable === true",
    to: "true",
  },
  {
    name: "repeated-result-replaces",
    breaks: "The result of a step that is safe to repeat is replaced by that of a second execution",
    file: runtime("aws/work/own-claims.ts"),
    from: "condition: `attribute_not_exists(#state) OR ${replaced}",
    to: "condition: `attribute_not_exists(#state) OR #state = :set_state OR ${replaced}",
  },
  {
    name: "result-in-doubt",
    breaks: "An effect whose result cannot be kept is taken for one that did not happen",
    file: runtime("work/attempt.ts"),
    from: "      inDoubt = true;\n",
    to: "",
  },
  {
    name: "place-of-ended-run",
    breaks: "A run that ended before it got its place keeps it",
    file: runtime("intake/begin.ts"),
    from: "if (perKey && key !== undefined) {",
    to: "if (perKey && key === undefined) {",
  },
  {
    name: "decided-question",
    breaks: "A decision whose delivery was lost leaves its run waiting until the deadline",
    file: runtime("completion/arrivals.ts"),
    from: `item.state === "pending" && item.fence`,
    to: "item.fence",
  },
  {
    name: "forgotten-release",
    breaks: "What a pause deferred stays deferred where the process that resumed it died",
    file: runtime("completion/reconcile.ts"),
    from: `  ["Messages that a pause deferred", releaseForgotten],\n`,
    to: "",
  },
];
