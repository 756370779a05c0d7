import * as z from "zod";
import { defineStep } from "../../lib/index.ts";
import { AgentAsked, Answer, TaskSettled } from "./events.ts";
import { Consultation, Opinion, ResolvedEvent, Task, Turn, Verdict } from "./protocol.ts";

const settings = { timeout: "30 seconds", retry: { attempts: 5, backoff: "2 seconds" } } as const;

/** What was said about a task so far, and what it comes to. */
export const Work = z.object({ opinions: z.array(Opinion), verdict: Verdict });

const Routed = z.object({ consultations: z.array(Consultation).max(12) });

/** Chooses who is heard next. */
export const routeTask = defineStep("route-task", {
  ...settings,
  input: z.object({ task: Task, round: z.int(), work: Work }),
  output: Routed,
});

/** The placeholder for an opinion whose run failed. */
const Failed = z.object({ failed: z.string() });

/** Compares what was said so far. */
export const aggregateOpinions = defineStep("aggregate-opinions", {
  ...settings,
  input: z.object({
    ...{ task: Task, round: z.int(), work: Work, routed: Routed },
    outcomes: z.array(z.union([Opinion, Failed])),
  }),
  output: Work,
});

/** Ends a task: says what was found, and writes the page that says why. */
export const settleTask = defineStep("settle-task", {
  ...settings,
  input: z.object({
    ...{ task: Task, work: Work },
    decision: z
      .object({ approved: z.boolean(), decidedBy: z.string(), note: z.string().optional() })
      .nullish(),
  }),
  output: ResolvedEvent.extend({ page: z.string() }),
  emits: [TaskSettled],
  artifacts: "write",
});

/** An agent's move as it was weighed, and what follows. */
export const Weighed = z.object({
  said: z.array(Turn),
  /** "again": the move was refused, and the agent hears why. */
  way: z.enum(["finish", "ask", "spawn", "wait", "again"]),
  over: z.boolean(),
  questions: z.array(Consultation).max(4),
  tasks: z.array(Task).max(4),
  /** Of what news are waited for; "" where there are none. */
  newsKey: z.string(),
  /** Once it is over. */
  opinion: Opinion.optional(),
});
export type Weighed = z.infer<typeof Weighed>;

const Asked = z.object({ turnId: z.string(), place: z.string(), said: z.array(Turn) });

/** Says to an agent that it is its turn, with what came of its last move. */
export const askAgent = defineStep("ask-agent", {
  ...settings,
  input: z.object({
    ...{ consultation: Consultation, turn: z.int() },
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
