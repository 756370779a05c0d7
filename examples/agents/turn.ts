import type { AnswerOf, Prompt, Tool } from "../../lambdas/runtime/model/index.ts";
import type { Move, Payload, Task, Turn } from "./protocol.ts";

/** The agent's request: the capability, the subject, and the task. */
export interface Assignment {
  capability: string;
  payload: Payload;
  task: Task;
}

export interface TurnContext {
  /**
   * Calls the model that the agent was declared with, within the turn's budget. It may call these tools
   * before it answers.
   */
  ask<P extends Prompt>(
    prompt: P,
    input: Parameters<P["ask"]>[0],
    tools?: readonly Tool[],
  ): Promise<AnswerOf<P>>;
}

/** An agent: its next move, from the request and the conversation so far. It stores nothing between turns. */
export type TakeTurn = (assignment: Assignment, said: readonly Turn[], context: TurnContext) => Promise<Move>;
