import type {
  ApprovalView,
  NodeState,
  RunDetail,
  RunSummary,
  StepView,
  WaitView,
  WorkflowGraph,
} from "../src/api/types.ts";
import { type Item, itemsOf } from "../src/run/items.ts";
import { nodeOfPath } from "../src/text/paths.ts";
import { ORDER_GRAPH, VERSIONS } from "./definitions.ts";
import { FILM_GRAPH } from "./film-graph.ts";
import { id } from "./random.ts";
import { questionOf, stepsOf, waitsOf } from "./story.ts";
import type { Story } from "./story-parts.ts";

/** The state of a run `until` milliseconds after it was accepted. */
export function detailOf(summary: RunSummary, story: Story, until: number): RunDetail {
  const began = Date.parse(summary.acceptedAt);
  const graph = summary.workflow === "produce-video" ? FILM_GRAPH : ORDER_GRAPH;
  const steps = stepsOf(story, began, until);
  const question = questionOf(summary, story, until);
  const waits = waitsOf(story, began, until);
  const over = story.ends <= until;
  const stuckAt = story.steps.find(({ given }) => given !== undefined && given <= until);
  const { endedAt: _, error, failedStep, stuck: __, ...rest } = summary;
  const dead = id(16, "dead", summary.run);
  return {
    ...rest,
    status: over
      ? summary.status
      : ["succeeded", "failed", "timed-out", "terminated"].includes(summary.status)
        ? "running"
        : summary.status,
    ...(over && summary.endedAt && { endedAt: new Date(began + story.ends).toISOString() }),
    ...((over || summary.status === "compensating") && error && { error, failedStep }),
    version: VERSIONS[summary.workflow]!,
    mode: "standard",
    ...(summary.workflow === "produce-video" && {
      settings: { revision: 2, values: { deadline: "1 day" } },
      limit: { name: "model-calls", key: "acme" },
    }),
    event: {
      id: id(26, "event", summary.run),
      name: graph.on[0]!,
      source: "shop",
      correlation: id(26, "event", summary.run),
    },
    input:
      summary.workflow === "produce-video"
        ? { videoId: "v1", topic: summary.key, scenes: 6 }
        : { order: summary.key },
    ...(over && summary.status === "succeeded" && { output: outputOf(summary, story) }),
    ...(over &&
      error && {
        failure: {
          ...failureOf(error, steps),
        },
      }),
    execution: {
      arn: `arn:aws:states:us-east-1:000000000000:execution:Millrace-${summary.workflow}:${summary.run}`,
    },
    steps,
    ...(!over && awaitedBy(steps, question, waits)),
    questions: question ? [question] : [],
    waits,
    actions: summary.paused
      ? [
          {
            action: "pause",
            by: "ada",
            why: "the renderer is being moved",
            at: new Date(began + 5_000).toISOString(),
          },
        ]
      : [],
    ...(stuckAt &&
      summary.stuck && {
        stuck: true,
        stuckBy: {
          path: stuckAt.path,
          deadLetter: dead,
          at: new Date(began + stuckAt.given!).toISOString(),
          reason: stuckAt.tries.at(-1)!.failure!.message,
        },
      }),
    children: [],
    graph,
    nodes: Object.fromEntries(
      graph.nodes.map((node) => [
        node.id,
        {
          ...nodeState(node, placesOf(graph, node.id), {
            steps,
            waits,
            question,
            over,
            succeeded: summary.status === "succeeded",
          }),
          ...countsOf(node, itemsOf(node, { steps, waits, questions: question ? [question] : [] })),
        },
      ]),
    ),
    asOf: new Date(began + Math.min(until, over ? story.ends : until)).toISOString(),
  };
}

/** What it waits for, while no step runs. */
function awaitedBy(
  steps: readonly StepView[],
  question: ApprovalView | undefined,
  waits: readonly WaitView[],
): Pick<RunDetail, "waiting"> {
  if (steps.some(({ state }) => state === "running" || state === "deferred")) return {};
  const asked = question?.state === "pending" ? [question] : [];
  const waiting = [
    ...asked.map(({ path, approval, askedAt }) => ({
      path,
      for: `a decision of ${approval}`,
      by: "person" as const,
      since: askedAt,
    })),
    ...waits.map(({ path, for: what, since }) => ({ path, for: what, by: "event" as const, since })),
  ];
  return waiting.length > 0 ? { waiting } : {};
}

function failureOf(error: string, steps: readonly StepView[]): NonNullable<RunDetail["failure"]> {
  const failed = steps.find(({ failure }) => failure);
  const cause = failed?.failure?.message ?? "unknown";
  return {
    summary: `${failed?.step ?? "The run"} failed${failed && failed.attempt > 1 ? ` after ${failed.attempt} attempts` : ""}: ${error}: ${cause}`,
    error,
    cause,
    ...(failed && { path: failed.path, attempts: failed.attempt }),
  };
}

function outputOf({ workflow, key }: RunSummary, { steps }: Story) {
  if (workflow !== "produce-video") return { order: key };
  const published = steps.find((part) => part.step === "publish")?.result;
  return { outcome: published ? "published" : "not published", rounds: 1, title: `On ${key}`, published };
}

/** A node with everything inside it. */
function placesOf(graph: WorkflowGraph, node: string): Set<string> {
  const inner = graph.nodes.filter(({ within }) => within?.node === node);
  return new Set([node, ...inner.flatMap(({ id }) => [...placesOf(graph, id)])]);
}

interface Progress {
  steps: readonly StepView[];
  waits: readonly WaitView[];
  question: ApprovalView | undefined;
  over: boolean;
  succeeded: boolean;
}

function nodeState(
  node: WorkflowGraph["nodes"][number],
  places: ReadonlySet<string>,
  { steps, waits, question, over, succeeded }: Progress,
): NodeState {
  const isHere = ({ path }: { path: string }) => places.has(nodeOfPath(path));
  const own = steps.filter(isHere);
  const done = own.filter(({ direction }) => direction === "do");
  const costs = done.flatMap(({ costUsd }) => costUsd ?? []);
  const ends = done.map(({ endedAt }) => endedAt);
  const counts = {
    count: done.length,
    done: done.filter(({ state }) => state === "done").length,
    failed: done.filter(({ state }) => state === "failed").length,
    attempts: done.reduce((sum, { attempt }) => sum + attempt, 0),
    ...(node.kind === "step" &&
      done.length > 0 &&
      ends.every((end) => end !== undefined) && {
        durationMs: Math.round(
          done.reduce((sum, step) => sum + step.attempts.reduce((all, one) => all + lasted(one), 0), 0) /
            done.length,
        ),
      }),
    ...(costs.length > 0 && { costUsd: costs.reduce((sum, cost) => sum + cost, 0) }),
  };
  const asked = question && isHere(question) ? question : undefined;
  if (waits.some(isHere) || asked?.state === "pending")
    return { ...counts, state: "waiting", count: counts.count + 1 };
  if (own.some(({ direction, state }) => direction === "undo" && state === "done"))
    return { ...counts, state: "undone" };
  if (own.some(({ state }) => state === "running")) return { ...counts, state: "running" };
  if (counts.failed > 0) return { ...counts, state: "failed" };
  if (asked) return { ...counts, state: "done", count: counts.count + 1 };
  if (counts.count > 0) return { ...counts, state: "done" };
  if (!over) return { ...counts, state: "idle" };
  return { ...counts, state: succeeded && !node.within ? "done" : "skipped" };
}

function lasted({ startedAt, endedAt }: { startedAt: string; endedAt?: string | undefined }): number {
  return endedAt === undefined ? 0 : Date.parse(endedAt) - Date.parse(startedAt);
}

/** The items of a list or the rounds of a loop, by state. */
function countsOf(
  { kind }: WorkflowGraph["nodes"][number],
  items: readonly Item[],
): Pick<NodeState, "items"> {
  if ((kind !== "each" && kind !== "repeat") || items.length === 0) return {};
  const count = (state: Item["state"]) => items.filter((item) => item.state === state).length;
  return {
    items: {
      count: items.length,
      waiting: count("waiting"),
      running: count("running"),
      failed: count("failed"),
      done: count("done"),
    },
  };
}
