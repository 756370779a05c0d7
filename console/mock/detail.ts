import type {
  ApprovalView,
  NodeState,
  RunDetail,
  RunSummary,
  StepView,
  WaitView,
  WorkflowGraph,
} from "../src/api/types.ts";
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
          summary: error,
          error,
          cause: steps.find(({ failure }) => failure)?.failure?.message ?? "unknown",
        },
      }),
    execution: {
      arn: `arn:aws:states:us-east-1:000000000000:execution:Millrace-${summary.workflow}:${summary.run}`,
    },
    steps,
    questions: question ? [question] : [],
    waits,
    orders: summary.paused
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
        nodeState(node, placesOf(graph, node.id), {
          ...{ steps, waits, question, over },
          succeeded: summary.status === "succeeded",
        }),
      ]),
    ),
    asOf: new Date(began + Math.min(until, over ? story.ends : until)).toISOString(),
  };
}

function outputOf({ workflow, key }: RunSummary, { steps }: Story) {
  if (workflow !== "produce-video") return { order: key };
  const published = steps.find((part) => part.step === "publish")?.result;
  return { outcome: published ? "published" : "not published", rounds: 1, title: `On ${key}`, published };
}

/** A node with all that lies within it. */
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
    ...(done.length > 0 &&
      ends.every((end) => end !== undefined) && {
        durationMs:
          Math.max(...ends.map((end) => Date.parse(end!))) -
          Math.min(...done.map(({ startedAt }) => Date.parse(startedAt!))),
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
