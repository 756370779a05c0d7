import type { Stimulus } from "./advance/advance.ts";
import type { Frame } from "./frame.ts";
import type { ExecutionRow, ExecutionTable } from "./storage/executions.ts";
import type { Outstanding, Waiting } from "./storage/outstanding.ts";
import { endOfChild } from "./tasks/call.ts";

export interface ChildEndPorts {
  executions: ExecutionTable;
  outstanding: Outstanding;
  /** The Resource of the state that a stored frame is in. */
  resourceOf(execution: number, frame: number): string;
  /** Applies a stimulus to an execution, without waiting for it. */
  post(execution: number, stimulus: Stimulus): void;
}

/** Answers the states that wait for the end of another execution. */
export class ChildEnds {
  private readonly ports: ChildEndPorts;

  constructor(ports: ChildEndPorts) {
    this.ports = ports;
  }

  /** Answers all whose children ended while no process was running. */
  answerLeft(): void {
    const { executions, outstanding } = this.ports;
    for (const { waiting, child } of outstanding.waitingForEnded())
      this.answer(waiting, executions.byArn(child)!);
  }

  /** Answers all that wait for an execution that has ended. */
  answerAll(child: ExecutionRow): void {
    for (const waiting of this.ports.outstanding.waitingFor(child.arn)) this.answer(waiting, child);
  }

  /** The child may have ended before its parent recorded that it waits for it. */
  check(execution: number, { id: frame, phase }: Frame): void {
    if (phase.kind !== "task") return;
    const child = this.ports.executions.byArn(phase.subject!);
    if (child && child.status !== "RUNNING") this.answer({ execution, frame, nonce: phase.nonce }, child);
  }

  private answer({ execution, frame, nonce }: Waiting, child: ExecutionRow): void {
    const answer = endOfChild(this.ports.resourceOf(execution, frame), child);
    this.ports.post(execution, { kind: "answer", frame, nonce, answer });
  }
}
