import type { Performance } from "../examples/agents/performance.ts";
import { sample } from "./agents/sample.ts";
import { accuracy, confusion, macroF1, type Pair } from "./agents/scores.ts";
import { sets } from "./agents/sets.ts";
import { attempt, commonest, soloists, type Trial } from "./agents/trial.ts";
import { print, say, table } from "./figures.ts";

/**
 * Evaluates the agents of `examples/agents` on labelled tasks, with the embedded model: the held-out halves, compared with two baselines.
 * With --sample, some tasks go through the whole system on the local cloud as well.
 */
const SAMPLES_OF_EACH = 2;

const percent = (share: number) => `${(share * 100).toFixed(0)} %`;
const scores = (pairs: Pair[] | undefined) =>
  pairs ? [percent(accuracy(pairs)), percent(macroF1(pairs))] : ["", ""];

function rows(
  label: string,
  trial: Pick<Trial, "pairs"> & Partial<Trial>,
  about: string[],
  tasks: number,
): string[][] {
  return about.map((what) => [
    `${what}: ${label}`,
    ...scores(trial.pairs[what]),
    trial.unaided?.[what] ? percent(accuracy(trial.unaided[what])) : "",
    trial.escalated === undefined ? "" : percent(trial.escalated / tasks),
    trial.usd === undefined ? "" : `$${(trial.usd / tasks).toFixed(4)}`,
  ]);
}

for (const set of sets) {
  const { name, about, development, heldOut } = set;
  const known = new Map<string, Performance>();
  await attempt(development, about, undefined, known, true);
  const trials: [string, Pick<Trial, "pairs"> & Partial<Trial>][] = [
    ["most frequent answer", { pairs: commonest(set) }],
    [
      "one agent each",
      { ...(await attempt(heldOut, about, soloists(set))), unaided: undefined, escalated: undefined },
    ],
    ["agents together, new", await attempt(heldOut, about)],
    ["agents together, known", await attempt(heldOut, about, undefined, known)],
  ];
  print(`## ${name}: ${development.length} for development, ${heldOut.length} held out\n`);
  const headings = ["", "right", "macro-F1", "right without asking", "asks a person", "cost of a task"];
  const byTopic = about.flatMap((what) =>
    trials.flatMap(([label, trial]) => rows(label, trial, [what], heldOut.length)),
  );
  print(`${table(headings, byTopic)}\n`);
  const { labels, counts } = confusion(trials.at(-1)![1].pairs[about[0]!]!);
  print(`${about[0]}, by label (rows) and answer of the known agents (columns):\n`);
  print(
    `${table(
      ["", ...labels],
      counts.map((row, at) => [labels[at]!, ...row.map(String)]),
    )}\n`,
  );
}

if (process.argv.includes("--sample")) {
  say("Tasks through the whole system, on virtual time …");
  const sampled = await sample(sets.flatMap(({ heldOut }) => heldOut.slice(0, SAMPLES_OF_EACH)));
  print("## Through the whole system\n");
  print(
    table(
      ["task", "as evaluated", "turns of agents", "calls of AWS"],
      sampled.map(({ task, same, turns, calls }) => [task, same ? "yes" : "no", `${turns}`, `${calls}`]),
    ),
  );
}
