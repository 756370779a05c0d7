import * as z from "zod";
import { defineStep } from "../../lib/index.ts";
import { AgentAsked, Answer, TaskSettled } from "./events.ts";
import { Consultation, Opinion, ResolvedEvent, Task, Turn, Verdict } from "./protocol.ts";

const settings = { timeout: "30 seconds", retry: { attempts: 5, backoff: "2 seconds" } } as const;

/** The opinions on a task so far, and their result. */
export const Work = z.object({ opinions: z.array(Opinion), verdict: Verdict });

const Routed = z.object({ consultations: z.array(Consultation).max(12) });

/** Chooses the next agents. */
export const routeTask = defineStep("route-task", {
  ...settings,
  input: z.object({ task: Task, round: z.int(), work: Work }),
  output: Routed,
});

/** The placeholder for an opinion whose run failed. */
const Failed = z.object({ failed: z.string() });

/** Compares the opinions so far. */
export const aggregateOpinions = defineStep("aggregate-opinions", {
  ...settings,
  input: z.object({
    task: Task,
    round: z.int(),
    work: Work,
    routed: Routed,
    outcomes: z.array(z.union([Opinion, Failed])),
  }),
  output: Work,
});

/** Ends a task: publishes the findings, and writes the page that explains them. */
export const settleTask = defineStep("settle-task", {
  ...settings,
  input: z.object({
    task: Task,
    work: Work,
    decision: z
      .object({ approved: z.boolean(), decidedBy: z.string(), note: z.string().optional() })
      .nullish(),
  }),
  output: ResolvedEvent.extend({ page: z.string() }),
  emits: [TaskSettled],
  artifacts: "write",
});

/** An agent's move after its check, and what follows. */
export const Weighed = z.object({
  said: z.array(Turn),
  /** "again": the move was refused, and the agent receives the reason. */
  way: z.enum(["finish", "ask", "spawn", "wait", "again"]),
  over: z.boolean(),
  questions: z.array(Consultation).max(4),
  tasks: z.array(Task).max(4),
  /** The key of the awaited news; "" if there are none. */
  newsKey: z.string(),
  /** Set at the end. */
  opinion: Opinion.optional(),
});
export type Weighed = z.infer<typeof Weighed>;

const Asked = z.object({ turnId: z.string(), place: z.string(), said: z.array(Turn) });

/** Announces to an agent that it is its turn, with the result of its last move. */
export const askAgent = defineStep("ask-agent", {
  ...settings,
  input: z.object({
    consultation: Consultation,
    turn: z.int(),
    talk: z.object({ weighed: Weighed, replies: z.unknown() }),
  }),
  output: Asked,
  emits: [AgentAsked],
});

/** Decides on an agent's move. */
export const weighMove = defineStep("weigh-move", {
  ...settings,
  input: z.object({ consultation: Consultation, asked: Asked, answered: Answer.nullish() }),
  output: Weighed,
});
