import type { AnswerOf, Prompt, Tool } from "../../lambdas/runtime/model/index.ts";
import type { Move, Payload, Task, Turn } from "./protocol.ts";

/** What an agent is asked: for which of its capabilities, about what, and within which task. */
export interface Assignment {
  capability: string;
  payload: Payload;
  task: Task;
}

export interface TurnContext {
  /** Asks the model that the agent was declared with, within what the turn may cost. It may call these tools before it answers. */
  ask<P extends Prompt>(
    prompt: P,
    input: Parameters<P["ask"]>[0],
    tools?: readonly Tool[],
  ): Promise<AnswerOf<P>>;
}

/** An agent: what it does next, by what it is asked and what was said so far. It keeps nothing between turns. */
export type TakeTurn = (assignment: Assignment, said: readonly Turn[], context: TurnContext) => Promise<Move>;
