import * as z from "zod";

/**
 * The protocol between agents and the workflows that consult them. An agent is a function of a task and the
 * conversation so far; its next request is one of the moves below. It stores nothing.
 */

/** A statement that can be compared with others: its subject, its value, its author's confidence. */
export const Claim = z.object({
  about: z.string().min(1).max(60),
  value: z.string().max(200),
  confidence: z.number().min(0).max(1),
});
export type Claim = z.infer<typeof Claim>;

/** The evidence of a claim: a source, and a quotation from it. */
export const Evidence = z.object({ source: z.string().max(200), text: z.string().max(1_000) });
export type Evidence = z.infer<typeof Evidence>;

/** The content of a task, in the terms of its kind. */
export const Payload = z.record(z.string(), z.unknown());
export type Payload = z.infer<typeof Payload>;

const Why = z.string().min(1).max(500);

/** Maximum number of questions, or tasks, of one move. */
export const MOST_AT_ONCE = 4;

/** An agent's move at its turn. */
export const Move = z.discriminatedUnion("kind", [
  /** It has finished. */
  z.object({
    kind: z.literal("answer"),
    claims: z.array(Claim).min(1).max(20),
    evidence: z.array(Evidence).max(20),
    /** For people: a reply to a customer, a plan. */
    text: z.string().max(8_000),
  }),
  /** It first needs the opinions of agents with a capability. */
  z.object({
    kind: z.literal("ask"),
    questions: z
      .array(z.object({ capability: z.string(), payload: Payload }))
      .min(1)
      .max(MOST_AT_ONCE),
  }),
  /** The work consists of tasks of their own. */
  z.object({
    kind: z.literal("spawn"),
    tasks: z
      .array(z.object({ kind: z.string(), subject: z.string(), payload: Payload }))
      .min(1)
      .max(MOST_AT_ONCE),
  }),
  /** Something has to happen outside first: `news.received` with this key. */
  z.object({ kind: z.literal("wait"), key: z.string().min(1).max(200), why: Why }),
  /** A person should decide. */
  z.object({ kind: z.literal("hand-over"), why: Why }),
]);
export type Move = z.infer<typeof Move>;

/**
 * The result of a move that requested something: another's opinion, the result of a task, news, or why it was
 * refused.
 */
export const Reply = z.object({
  kind: z.enum(["opinion", "settled", "news", "nothing", "refusal"]),
  value: z.unknown(),
});
export type Reply = z.infer<typeof Reply>;

/** A tool call of an agent's model: input and output, as JSON that is shortened if it is long. */
export const ToolCall = z.object({ tool: z.string(), given: z.string().max(500), got: z.string().max(500) });
export type ToolCall = z.infer<typeof ToolCall>;

/** One turn of an agent, with its result. */
export const Turn = z.object({
  calls: z.array(ToolCall).max(100).optional(),
  move: Move,
  replies: z.array(Reply),
  usd: z.number(),
  at: z.string(),
});
export type Turn = z.infer<typeof Turn>;

/** A submitted task. */
export const Task = z.object({
  taskId: z.string().min(1).max(200),
  kind: z.string().min(1).max(60),
  subject: z.string().min(1).max(300),
  payload: Payload,
  /** The budget of its agents together, in dollars. */
  budgetUsd: z.number().min(0).max(100).default(0.25),
  /** After this time, no agent is asked any more. */
  deadline: z.iso.datetime().optional(),
  /** The number of tasks above it that led to it. */
  depth: z.int().min(0).max(9).default(0),
});
export type Task = z.infer<typeof Task>;

/** The chain of agents and questions that led to a question. */
const Link = z.object({ agent: z.string(), question: z.string() });

/** A request to consult one agent about one subject. */
export const Consultation = z.object({
  consultationId: z.string().min(1).max(400),
  agent: z.string(),
  capability: z.string(),
  /** The router's reason for this agent. */
  why: z.string(),
  /** Its past success, between 0 and 1. */
  trust: z.number().min(0).max(1),
  task: Task,
  /** The task's payload, or another agent's question. */
  payload: Payload,
  /** The chain of agents that led here, this consultation last. */
  chain: z.array(Link).max(20),
  /** Its budget, including all agents that the agent asks. */
  usd: z.number().min(0),
});
export type Consultation = z.infer<typeof Consultation>;

/** The result of a consultation. */
export const Opinion = z.object({
  consultationId: z.string(),
  agent: z.string(),
  capability: z.string(),
  why: z.string(),
  trust: z.number(),
  /** Its input. */
  payload: Payload,
  status: z.enum(["answered", "handed over", "failed"]),
  /** Why it handed over or failed. */
  reason: z.string().optional(),
  claims: z.array(Claim),
  evidence: z.array(Evidence),
  text: z.string(),
  turns: z.array(Turn),
  /** Its cost, including all agents that it asked. */
  usd: z.number(),
});
export type Opinion = z.infer<typeof Opinion>;

/** The result of the opinions on one subject. */
export const Finding = z.object({
  about: z.string(),
  value: z.string(),
  /** Between 0 and 1. */
  confidence: z.number(),
  /** The values of other opinions. */
  against: z.array(z.string()),
});
export type Finding = z.infer<typeof Finding>;

/** The result of the opinions on a task, and what follows. */
export const Verdict = z.object({
  next: z.enum(["settle", "another round", "person"]),
  why: z.string(),
  findings: z.array(Finding),
  text: z.string(),
  /** Capabilities for which another agent should be asked. */
  open: z.array(z.string()),
});
export type Verdict = z.infer<typeof Verdict>;

/** How a task ended. */
export const ResolvedEvent = z.object({
  taskId: z.string(),
  kind: z.string(),
  subject: z.string(),
  /** The findings, by subject. */
  answer: z.record(z.string(), z.string()),
  text: z.string(),
  /** Of the least certain finding; 1 if a person decided. */
  confidence: z.number(),
  settledBy: z.enum(["agents", "person", "timeout"]),
  why: z.string(),
  usd: z.number(),
  agents: z.array(
    z.object({
      agent: z.string(),
      status: Opinion.shape.status,
      /** Whether all its claims agree with the findings; undefined if it made none. */
      agreed: z.boolean().optional(),
    }),
  ),
});
export type ResolvedEvent = z.infer<typeof ResolvedEvent>;
