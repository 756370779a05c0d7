import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { agents } from "../../examples/agents/agents.ts";
import { agentsApp } from "../../examples/agents/app.ts";
import { rehearse } from "../../examples/agents/rehearse.ts";
import { turns } from "../../examples/agents/turns.ts";
import { type Simulation, simulate } from "../../local/simulate.ts";
import type { Labelled } from "./sets.ts";

export interface Sampled {
  task: string;
  /** Whether the whole system came to what the rehearsal came to, and asked a person where that would have. */
  same: boolean;
  /** Calls of AWS by all functions, for this task. */
  calls: number;
  /** Turns of agents. */
  turns: number;
}

/** Sends tasks through the deployed system, each in a cloud of its own on virtual time. */
export async function sample(tasks: readonly Labelled[]): Promise<Sampled[]> {
  const folder = mkdtempSync(join(tmpdir(), "millrace-agents-"));
  try {
    const { directory } = agentsApp({ outdir: folder }).synth();
    const sampled: Sampled[] = [];
    for (const { task } of tasks) {
      const cloud = await simulate(directory, { seed: task.taskId, schedules: false });
      try {
        const { MillraceBus: EventBusName } = await cloud.outputs("Agents");
        const Detail = JSON.stringify(task);
        const Entries = [{ EventBusName, Source: "bench", DetailType: "task.submitted", Detail }];
        await cloud.call("events", "PutEvents", { Entries });
        await cloud.advance("1 hour");
        sampled.push(await compare(cloud, task));
      } finally {
        await cloud.close();
      }
    }
    return sampled;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function compare(cloud: Simulation, task: Labelled["task"]): Promise<Sampled> {
  const cast = { agents, turns, known: new Map(), now: new Date(cloud.now()).toISOString() };
  const { settled, escalated } = await rehearse(task, cast);
  const published = cloud.kernel.store
    .all<{ event: string }>("SELECT event FROM events_archived")
    .map(({ event }) => JSON.parse(event));
  const of = (name: string) => published.filter((event) => event["detail-type"] === name);
  const answer = of("task.settled").find(({ detail }) => detail.taskId === task.taskId)?.detail.answer;
  const asked = of("escalation.raised").length > 0;
  const same = escalated
    ? asked && !answer
    : JSON.stringify(sorted(answer)) === JSON.stringify(sorted(settled.answer));
  return { task: task.taskId, same, calls: cloud.calls.length, turns: of("agent.answered").length };
}

function sorted(answer: Record<string, string> | undefined) {
  return Object.entries(answer ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
}
