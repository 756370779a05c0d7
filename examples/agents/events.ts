import * as z from "zod";
import { defineEvent } from "../../lib/index.ts";
import { Consultation, Move, Payload, ResolvedEvent, Task, ToolCall, Turn } from "./protocol.ts";

/** A task is submitted. The same taskId is the same request. */
export const TaskSubmitted = defineEvent("task.submitted", {
  version: 1,
  schema: Task,
  identity: ({ taskId }) => taskId,
});

/** A task has ended; `page` explains the answer. */
export const TaskSettled = defineEvent("task.settled", {
  version: 1,
  schema: ResolvedEvent.extend({ page: z.string() }),
  identity: ({ taskId }) => taskId,
  key: ({ taskId }) => taskId,
});

/** An agent is to be consulted. */
export const ConsultationRequested = defineEvent("consultation.requested", {
  version: 1,
  schema: Consultation,
  identity: ({ consultationId }) => consultationId,
});

const turnId = z.string().min(1).max(500);

/** It is an agent's turn. Each agent reacts to the events with its name. */
export const AgentAsked = defineEvent("agent.asked", {
  version: 1,
  schema: z.object({
    turnId,
    agent: z.string(),
    capability: z.string(),
    task: Task,
    payload: Payload,
    said: z.array(Turn),
    /** The maximum cost of the turn. */
    usd: z.number(),
  }),
  identity: (asked) => asked.turnId,
});

/** An agent's answer at its turn. */
export const Answer = z.object({
  turnId,
  agent: z.string(),
  move: Move,
  usd: z.number(),
  calls: z.array(ToolCall).max(100).optional(),
});

/** An agent has made its move. */
export const AgentAnswered = defineEvent("agent.answered", {
  version: 1,
  schema: Answer,
  identity: (answered) => answered.turnId,
  key: (answered) => answered.turnId,
});

/** Something for which an agent waits has happened outside: a customer wrote back, a document arrived. */
export const NewsReceived = defineEvent("news.received", {
  version: 1,
  schema: z.object({ key: z.string().min(1).max(200), news: Payload }),
  key: ({ key }) => key,
});
