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

/** A kind of needs: what there is of it, and each as a row. */
interface Kind<Item> {
  kind: string;
  /** The state whose look it has. @default the kind */
  state?: string;
  items: (found: Found) => readonly Item[];
  need: (item: Item, found: Found) => Omit<Need, "kind" | "state"> & { state?: string };
  /** The page of all, and what is done there. */
  all: { to: string; remedy: string };
  /** How many are listed one by one. @default 3 */
  most?: number;
}

const stuck: Kind<RunSummary> = {
  kind: "stuck",
  items: ({ stuck }) => stuck,
  all: { to: "/runs?status=open", remedy: "View" },
  need: (run) => ({
    key: run.run,
    run: run.run,
    title: titleOf(run),
    at: run.acceptedAt,
    detail: "a message was dead-lettered",
    to: `/runs/${encodeURIComponent(run.run)}`,
    remedy: "View",
  }),
};

const openBreakers: Kind<BreakerView> = {
  kind: "breaker open",
  state: "open",
  items: ({ breakers }) => breakers.filter(({ state }) => state !== "closed"),
  all: { to: "/breakers", remedy: "View" },
  need: ({ breaker, state, forced, usedBy }) => ({
    key: breaker,
    title: breaker,
    at: undefined,
    detail: forced ? `forced ${forced.to} by ${forced.by}` : `${state}, used by ${usedBy.join(", ")}`,
    to: "/breakers",
    remedy: "Change",
  }),
};

const deadLetters: Kind<DeadLetterView> = {
  kind: "dead letters",
  state: "dead",
  items: ({ deadLetters }) => deadLetters,
  all: { to: "/dead-letters", remedy: "Redrive" },
  need: ({ id, subscriber, step, diedAt, reason }) => ({
    key: id,
    title: [subscriber, step].filter(Boolean).join(" / "),
    at: diedAt,
    detail: reason,
    to: `/dead-letters/${encodeURIComponent(id)}`,
    remedy: "Redrive",
  }),
};

const quarantined: Kind<QuarantineView> = {
  kind: "quarantined",
  items: ({ quarantine }) => quarantine,
  all: { to: "/quarantine", remedy: "Correct" },
  need: ({ id, name, subscriber, quarantinedAt, findings, reason }) => ({
    key: id,
    title: `${name} → ${subscriber}`,
    at: quarantinedAt,
    detail: findings[0]?.message ?? reason,
    to: `/quarantine/${encodeURIComponent(id)}`,
    remedy: "Correct",
  }),
};

const overdue: Kind<DeliveryView> = {
  kind: "overdue",
  items: ({ overdue }) => overdue,
  all: { to: "/deliveries?show=overdue", remedy: "View" },
  need: ({ event, subscriber, name, overdueAt }) => ({
    key: `${event} ${subscriber}`,
    title: `${name} → ${subscriber}`,
    at: overdueAt,
    detail: "not received before its deadline",
    to: `/deliveries?event=${encodeURIComponent(event)}`,
    remedy: "View",
  }),
};

const approvals: Kind<ApprovalView> = {
  kind: "approvals",
  state: "pending",
  items: ({ approvals }) => approvals,
  all: { to: "/approvals", remedy: "Decide" },
  need: ({ run, workflow, path, askedAt, approval, why }, { subjects }) => ({
    key: `${run} ${path}`,
    run,
    title: titleOf({ run, workflow, key: subjects?.get(run) }),
    at: askedAt,
    detail: `${approval} decides${why === undefined ? "" : `: ${why}`}`,
    to: `/approvals/${encodeURIComponent(run)}/${encodeURIComponent(path)}`,
    remedy: "Decide",
  }),
};

const paused: Kind<SubscriberView> = {
  kind: "paused",
  items: ({ subscribers }) => subscribers.filter((one) => one.paused ?? one.drained),
  all: { to: "/map", remedy: "Resume" },
  most: Number.POSITIVE_INFINITY,
  need: ({ name, kind, paused, drained }) => {
    const { by, why, at } = (paused ?? drained)!;
    return {
      key: name,
      state: paused ? "paused" : "draining",
      title: name,
      at,
      detail: `by ${by}: ${why}`,
      to: kind === "workflow" ? `/workflows/${encodeURIComponent(name)}` : "/map",
      remedy: "Resume",
    };
  },
};

const failed: Kind<RunSummary> = {
  kind: "failed",
  items: ({ failed }) => failed,
  all: { to: "/runs?status=failed", remedy: "View" },
  need: (run) => ({
    key: run.run,
    run: run.run,
    title: titleOf(run),
    at: run.endedAt,
    detail: [run.error, run.failedStep && `in ${run.failedStep}`].filter(Boolean).join(" "),
    to: `/runs/${encodeURIComponent(run.run)}`,
    remedy: "Retry",
  }),
};

/** First what stops work, then what waits for a person, then recent failures. */
const KINDS = [
  listed(stuck),
  listed(openBreakers),
  listed(deadLetters),
  listed(quarantined),
  listed(overdue),
  listed(approvals),
  listed(paused),
  listed(failed),
];

/** Everything that needs attention, the most urgent first. */
export function needsOf(found: Found): Need[] {
  return KINDS.flatMap((needs) => needs(found));
}

/** The needs of a kind: some one by one, and how many more there are. */
function listed<Item>({ kind, state = kind, items, need, all, most = EACH }: Kind<Item>) {
  return (found: Found): Need[] => {
    const every = items(found);
    const needs = every.slice(0, most).map((item): Need => ({ kind, state, ...need(item, found) }));
    const more = every.length - needs.length;
    if (more === 0) return needs;
    const title = `${more.toLocaleString("en")} more`;
    return [...needs, { key: `${kind} more`, kind, state, title, detail: "", at: undefined, ...all }];
  };
}

/** "produce-video · tides" */
export function titleOf({ workflow, key, run }: Pick<RunSummary, "workflow" | "key" | "run">): string {
  return `${workflow} · ${key ?? run.slice(-6)}`;
}
