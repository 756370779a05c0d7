import type {
  ApprovalView,
  BreakerView,
  DeadLetterView,
  DeliveryView,
  QuarantineView,
  RunSummary,
  SubscriberView,
} from "../api/types.ts";

/** Something that needs attention, and the page where it can be resolved. */
export interface Need {
  key: string;
  kind: string;
  /** The state whose look it has. */
  state: string;
  title: string;
  detail: string;
  /** The id of the run, if it is about one. */
  run?: string;
  /** ISO time since when. */
  at: string | undefined;
  to: string;
  remedy: string;
}

export interface Found {
  approvals: readonly ApprovalView[];
  stuck: readonly RunSummary[];
  failed: readonly RunSummary[];
  deadLetters: readonly DeadLetterView[];
  quarantine: readonly QuarantineView[];
  breakers: readonly BreakerView[];
  overdue: readonly DeliveryView[];
  subscribers: readonly SubscriberView[];
  /** Subjects of runs by their ids, if known. */
  subjects?: ReadonlyMap<string, string>;
}

/** Of each kind, this number is listed one by one; of more, only their number. */
const EACH = 3;

/**
 * Everything that needs attention: first what stops work, then what waits for a person, then recent failures.
 */
export function needsOf(found: Found): Need[] {
  return [
    ...few("stuck", found.stuck, "/runs?status=open", "View", (run) => ({
      key: run.run,
      run: run.run,
      title: titleOf(run),
      at: run.acceptedAt,
      detail: "a message was dead-lettered",
      to: `/runs/${encodeURIComponent(run.run)}`,
      remedy: "View",
    })),
    ...few(
      "breaker open",
      found.breakers.filter(({ state }) => state !== "closed"),
      "/breakers",
      "View",
      (one) => ({
        key: one.breaker,
        title: one.breaker,
        at: undefined,
        to: "/breakers",
        remedy: "Change",
        detail: one.forced
          ? `forced ${one.forced.to} by ${one.forced.by}`
          : `${one.state}, used by ${one.usedBy.join(", ")}`,
      }),
      "open",
    ),
    ...few(
      "dead letters",
      found.deadLetters,
      "/dead-letters",
      "Redrive",
      (letter) => ({
        key: letter.id,
        title: [letter.subscriber, letter.step].filter(Boolean).join(" / "),
        at: letter.diedAt,
        remedy: "Redrive",
        detail: letter.reason,
        to: `/dead-letters/${encodeURIComponent(letter.id)}`,
      }),
      "dead",
    ),
    ...few("quarantined", found.quarantine, "/quarantine", "Correct", (event) => ({
      key: event.id,
      title: `${event.name} → ${event.subscriber}`,
      at: event.quarantinedAt,
      detail: event.findings[0]?.message ?? event.reason,
      remedy: "Correct",
      to: `/quarantine/${encodeURIComponent(event.id)}`,
    })),
    ...few("overdue", found.overdue, "/deliveries?show=overdue", "View", (one) => ({
      key: `${one.event} ${one.subscriber}`,
      title: `${one.name} → ${one.subscriber}`,
      at: one.overdueAt,
      detail: "not received before its deadline",
      remedy: "View",
      to: `/deliveries?event=${encodeURIComponent(one.event)}`,
    })),
    ...few(
      "approvals",
      found.approvals,
      "/approvals",
      "Decide",
      (one) => ({
        key: `${one.run} ${one.path}`,
        run: one.run,
        title: titleOf({ ...one, key: found.subjects?.get(one.run) }),
        at: one.askedAt,
        detail: `${one.approval} decides${one.why === undefined ? "" : `: ${one.why}`}`,
        remedy: "Decide",
        to: `/approvals/${encodeURIComponent(one.run)}/${encodeURIComponent(one.path)}`,
      }),
      "pending",
    ),
    ...found.subscribers
      .filter(({ paused, drained }) => paused ?? drained)
      .map(
        (one): Need => ({
          key: one.name,
          kind: "paused",
          state: one.paused ? "paused" : "draining",
          title: one.name,
          detail: `by ${(one.paused ?? one.drained)!.by}: ${(one.paused ?? one.drained)!.why}`,
          at: (one.paused ?? one.drained)!.at,
          remedy: "Resume",
          to: one.kind === "workflow" ? `/workflows/${encodeURIComponent(one.name)}` : "/map",
        }),
      ),
    ...few("failed", found.failed, "/runs?status=failed", "View", (run) => ({
      key: run.run,
      run: run.run,
      title: titleOf(run),
      at: run.endedAt,
      remedy: "Retry",
      detail: [run.error, run.failedStep && `in ${run.failedStep}`].filter(Boolean).join(" "),
      to: `/runs/${encodeURIComponent(run.run)}`,
    })),
  ];
}

function few<Item>(
  kind: string,
  items: readonly Item[],
  all: string,
  remedy: string,
  needOf: (item: Item) => Omit<Need, "kind" | "state">,
  state = kind,
): Need[] {
  const listed = items.slice(0, EACH).map((item): Need => ({ ...needOf(item), kind, state }));
  const more = items.length - listed.length;
  if (more <= 0) return listed;
  return [
    ...listed,
    {
      key: `${kind} more`,
      kind,
      state,
      at: undefined,
      to: all,
      remedy,
      detail: "",
      title: `${more.toLocaleString("en")} more`,
    },
  ];
}

/** "produce-video · tides" */
export function titleOf({ workflow, key, run }: Pick<RunSummary, "workflow" | "key" | "run">): string {
  return `${workflow} · ${key ?? run.slice(-6)}`;
}
