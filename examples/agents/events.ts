import * as z from "zod";
import { defineEvent } from "../../lib/index.ts";
import { Consultation, Move, Payload, ResolvedEvent, Task, ToolCall, Turn } from "./protocol.ts";

/** A task is submitted. The same taskId is the same request. */
export const TaskSubmitted = defineEvent("task.submitted", {
  version: 1,
  schema: Task,
  identity: ({ taskId }) => taskId,
});

/** A task has come to its end; `page` says why it was answered so. */
export const TaskSettled = defineEvent("task.settled", {
  version: 1,
  schema: ResolvedEvent.extend({ page: z.string() }),
  identity: ({ taskId }) => taskId,
  key: ({ taskId }) => taskId,
});

/** An agent is to be heard. */
export const ConsultationRequested = defineEvent("consultation.requested", {
  version: 1,
  schema: Consultation,
  identity: ({ consultationId }) => consultationId,
});

const turnId = z.string().min(1).max(500);

/** It is an agent's turn. Each agent reacts to those that bear its name. */
export const AgentAsked = defineEvent("agent.asked", {
  version: 1,
  schema: z.object({
    turnId,
    agent: z.string(),
    capability: z.string(),
    task: Task,
    payload: Payload,
    said: z.array(Turn),
    /** What the turn may cost. */
    usd: z.number(),
  }),
  identity: (asked) => asked.turnId,
});

/** What an agent says at its turn. */
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

/** Something that an agent waits for has happened outside: a customer wrote back, a document came. */
export const NewsReceived = defineEvent("news.received", {
  version: 1,
  schema: z.object({ key: z.string().min(1).max(200), news: Payload }),
  key: ({ key }) => key,
});
