import { UserError } from "../../kernel/errors.ts";
import { seededRandom } from "../../kernel/random.ts";
import { advance, type Stimulus } from "../advance/advance.ts";
import { type Container, isDistributed, itemProcessor, type Machine } from "../definition.ts";
import { due } from "../frame.ts";
import type { HistoryEvent } from "../history.ts";
import { type Execution, Run } from "../run.ts";
import { refusal, validateDefinition } from "../validate/index.ts";
import { Agenda } from "./agenda.ts";
import { Answers, answerOf, arrival } from "./answers.ts";
import { Memory } from "./memory.ts";
import type { RerunRequest } from "./request.ts";

/**
 * Runs an execution again: each task is answered with its recorded answer, and nothing is called. Time is
 * that of the recording and passes at once; a retry's pause takes no time if its length is random. Answers
 * its history, up to its end, or up to where nothing would ever move it again. Throws UserError for a request
 * that cannot be run.
 */
export async function rerun(request: RerunRequest): Promise<HistoryEvent[]> {
  const execution = executionOf(request);
  const replay = new Rerun(execution, new Answers(request.calls));
  await replay.begin();
  return replay.history;
}

class Rerun {
  readonly history: HistoryEvent[] = [];
  private readonly execution: Execution;
  private readonly answers: Answers;
  private readonly memory = new Memory();
  private readonly agenda = new Agenda();
  private readonly random;
  private now: number;
  private ended = false;

  constructor(execution: Execution, answers: Answers) {
    this.execution = execution;
    this.answers = answers;
    this.now = execution.started;
    this.random = { ...seededRandom(execution.arn), fraction: () => 0 };
  }

  async begin(): Promise<void> {
    const { machine, input, roleArn } = this.execution;
    const run = this.newRun();
    const root = run.add({
      parent: null,
      index: 0,
      scope: [],
      state: machine.StartAt,
      input,
      variables: {},
      previous: 0,
      entered: null,
      retries: [],
      phase: { kind: "ready" },
    });
    const details = { input: JSON.stringify(input), inputDetails: { truncated: false }, roleArn };
    run.record(root, "ExecutionStarted", details, { aside: true });
    this.keep(run);
    if (machine.TimeoutSeconds !== undefined)
      this.agenda.add(this.now + machine.TimeoutSeconds * 1000, { kind: "expired" });
    await this.move({ kind: "push", frames: [root.id] });
    for (let next = this.agenda.next(); next && !this.ended; next = this.agenda.next()) {
      this.now = Math.max(this.now, next.time);
      await this.move(next.stimulus);
    }
  }

  private async move(stimulus: Stimulus): Promise<void> {
    for (let next: Stimulus | undefined = stimulus; next && !this.ended; ) {
      const run = this.newRun();
      await advance(run, next);
      this.keep(run);
      this.follow(run);
      const frames = run.turns.map(({ frame }) => frame.id);
      next = frames.length > 0 ? { kind: "push", frames } : undefined;
    }
  }

  private newRun(): Run {
    const environment = { now: () => this.now, random: this.random };
    const { source, reached: progress } = this.memory;
    return new Run({ execution: this.execution, environment, source, progress });
  }

  private keep(run: Run): void {
    this.memory.save(run);
    this.history.push(...run.events);
    this.ended = run.outcome !== undefined;
  }

  private follow(run: Run): void {
    for (const frame of run.changed.values()) {
      const time = due(frame);
      if (time !== null) this.agenda.add(time, { kind: "due", frame: frame.id });
    }
    for (const frame of run.changed.values()) {
      const { phase } = frame;
      const calls = run.effects.some(
        (effect) =>
          (effect.kind === "call" && effect.frame === frame.id) ||
          (effect.kind === "activity" && phase.kind === "task" && phase.subject === effect.arn),
      );
      if (phase.kind !== "task" || !calls) continue;
      const answer = this.answers.next(run, frame);
      if (!answer) continue;
      const stimulus = {
        kind: "answer",
        frame: frame.id,
        nonce: phase.nonce,
        answer: answerOf(answer),
      } as const;
      this.agenda.add(arrival(answer, phase, this.now), stimulus, answer.order);
    }
  }
}

function executionOf(request: RerunRequest): Execution {
  const { arn, stateMachineArn, roleArn, startedAt, input } = request;
  const refused = refusal(validateDefinition(JSON.stringify(request.definition)));
  if (refused) throw new UserError(`The definition is none: ${refused.message}`);
  const machine = request.definition as Machine;
  if (distributes(machine))
    throw new UserError("The definition has a distributed Map, whose items are not in the history.");
  const started = Date.parse(startedAt);
  if (Number.isNaN(started)) throw new UserError(`startedAt must be an ISO time, not ${startedAt}.`);
  return {
    id: 1,
    arn,
    name: arn.split(":")[7]!,
    type: "STANDARD",
    machineArn: stateMachineArn,
    machineName: stateMachineArn.split(":")[6]!,
    roleArn,
    machine,
    input,
    started,
    redriveCount: 0,
    redriven: null,
  };
}

function distributes(container: Container): boolean {
  return Object.values(container.States).some((state) => {
    if (state.Type === "Parallel") return (state.Branches as Container[]).some(distributes);
    return state.Type === "Map" && (isDistributed(state) || distributes(itemProcessor(state)));
  });
}
