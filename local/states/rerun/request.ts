import type { Failure } from "../failure.ts";

/** An execution that is to be run again, with the answers that its tasks once had. Times in ISO. */
export interface RerunRequest {
  arn: string;
  stateMachineArn: string;
  roleArn: string;
  startedAt: string;
  input: unknown;
  /** In the Amazon States Language. */
  definition: unknown;
  calls: RerunCalls[];
}

/** What a state of one branch or iteration called, in order: retries and rounds of a loop are calls of their own. */
export interface RerunCalls {
  /** "" for the execution itself, "frames[2]" for an iteration, "together[draw]" for the branch that begins with "draw"; joined by "/". */
  place: string;
  state: string;
  /** Null for a call that is never answered. */
  answers: (RerunAnswer | null)[];
}

export interface RerunAnswer {
  calledAt: string;
  answeredAt: string;
  /** Of what was answered at the same time, the lower one comes first. */
  order: number;
  output?: unknown;
  failure?: Pick<Failure, "error" | "cause">;
}
