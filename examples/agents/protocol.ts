import * as z from "zod";

/**
 * What agents and those who conduct them say to each other. An agent is a function of a task and the conversation so far;
 * what it wants next is one of the moves below. It remembers nothing.
 */

/** A statement that can be compared with others: what it is about, what it says, how sure its author is. */
export const Claim = z.object({
  about: z.string().min(1).max(60),
  value: z.string().max(200),
  confidence: z.number().min(0).max(1),
});
export type Claim = z.infer<typeof Claim>;

/** The evidence of a claim: a source, and a quotation from it. */
export const Evidence = z.object({ source: z.string().max(200), text: z.string().max(1_000) });
export type Evidence = z.infer<typeof Evidence>;

/** What a task is about, in the words of its kind. */
export const Payload = z.record(z.string(), z.unknown());
export type Payload = z.infer<typeof Payload>;

const Why = z.string().min(1).max(500);

/** The most questions, or tasks, that one move may ask for. */
export const MOST_AT_ONCE = 4;

/** What an agent does at its turn. */
export const Move = z.discriminatedUnion("kind", [
  /** It is done. */
  z.object({
    kind: z.literal("answer"),
    claims: z.array(Claim).min(1).max(20),
    evidence: z.array(Evidence).max(20),
    /** For people: a reply to a customer, a plan. */
    text: z.string().max(8_000),
  }),
  /** It wants to hear agents of a capability first. */
  z.object({
    kind: z.literal("ask"),
    questions: z
      .array(z.object({ capability: z.string(), payload: Payload }))
      .min(1)
      .max(MOST_AT_ONCE),
  }),
  /** The work falls into tasks of their own. */
  z.object({
    kind: z.literal("spawn"),
    tasks: z
      .array(z.object({ kind: z.string(), subject: z.string(), payload: Payload }))
      .min(1)
      .max(MOST_AT_ONCE),
  }),
  /** Something has to happen outside first: `news.received` of this key. */
  z.object({ kind: z.literal("wait"), key: z.string().min(1).max(200), why: Why }),
  /** A person should decide. */
  z.object({ kind: z.literal("hand-over"), why: Why }),
]);
export type Move = z.infer<typeof Move>;

/** What came of a move that wanted something: another's opinion, a task that was settled, news, or why it was refused. */
export const Reply = z.object({
  kind: z.enum(["opinion", "settled", "news", "nothing", "refusal"]),
  value: z.unknown(),
});
export type Reply = z.infer<typeof Reply>;

/** A tool that an agent's model has called: what it gave and got, as JSON that is cut off where it is long. */
export const ToolCall = z.object({ tool: z.string(), given: z.string().max(500), got: z.string().max(500) });
export type ToolCall = z.infer<typeof ToolCall>;

/** One turn of an agent, with what came of it. */
export const Turn = z.object({
  calls: z.array(ToolCall).max(100).optional(),
  move: Move,
  replies: z.array(Reply),
  usd: z.number(),
  at: z.string(),
});
export type Turn = z.infer<typeof Turn>;

/** A task as it is submitted. */
export const Task = z.object({
  taskId: z.string().min(1).max(200),
  kind: z.string().min(1).max(60),
  subject: z.string().min(1).max(300),
  payload: Payload,
  /** What its agents may cost together, in dollars. */
  budgetUsd: z.number().min(0).max(100).default(0.25),
  /** Later, no agent is asked any more. */
  deadline: z.iso.datetime().optional(),
  /** How many tasks stand above it that it was made for. */
  depth: z.int().min(0).max(9).default(0),
});
export type Task = z.infer<typeof Task>;

/** Who was asked what before, on the way to a question. */
const Link = z.object({ agent: z.string(), question: z.string() });

/** One agent is to be heard on one thing. */
export const Consultation = z.object({
  consultationId: z.string().min(1).max(400),
  agent: z.string(),
  capability: z.string(),
  /** Why this agent, as the router says it. */
  why: z.string(),
  /** How far its word has held so far, between 0 and 1. */
  trust: z.number().min(0).max(1),
  task: Task,
  /** The task's payload, or what another agent asks. */
  payload: Payload,
  /** Who was asked on the way here, this consultation last. */
  chain: z.array(Link).max(20),
  /** What it may cost, with all whom the agent asks. */
  usd: z.number().min(0),
});
export type Consultation = z.infer<typeof Consultation>;

/** What became of a consultation. */
export const Opinion = z.object({
  consultationId: z.string(),
  agent: z.string(),
  capability: z.string(),
  why: z.string(),
  trust: z.number(),
  /** What it was given. */
  payload: Payload,
  status: z.enum(["answered", "handed over", "failed"]),
  /** Why it handed over or failed. */
  reason: z.string().optional(),
  claims: z.array(Claim),
  evidence: z.array(Evidence),
  text: z.string(),
  turns: z.array(Turn),
  /** What it cost, with all whom it asked. */
  usd: z.number(),
});
export type Opinion = z.infer<typeof Opinion>;

/** What the opinions on one matter come to. */
export const Finding = z.object({
  about: z.string(),
  value: z.string(),
  /** Between 0 and 1. */
  confidence: z.number(),
  /** What others said instead. */
  against: z.array(z.string()),
});
export type Finding = z.infer<typeof Finding>;

/** What the opinions on a task come to, and what follows. */
export const Verdict = z.object({
  next: z.enum(["settle", "another round", "person"]),
  why: z.string(),
  findings: z.array(Finding),
  text: z.string(),
  /** Capabilities of which another agent should be heard. */
  open: z.array(z.string()),
});
export type Verdict = z.infer<typeof Verdict>;

/** How a task ended. */
export const ResolvedEvent = z.object({
  taskId: z.string(),
  kind: z.string(),
  subject: z.string(),
  /** What was found, by what it is about. */
  answer: z.record(z.string(), z.string()),
  text: z.string(),
  /** Of the finding that is least sure; 1 where a person decided. */
  confidence: z.number(),
  settledBy: z.enum(["agents", "person", "nobody"]),
  why: z.string(),
  usd: z.number(),
  agents: z.array(
    z.object({
      agent: z.string(),
      status: Opinion.shape.status,
      /** Whether all that it claimed is what was found; undefined where it claimed nothing. */
      agreed: z.boolean().optional(),
    }),
  ),
});
export type ResolvedEvent = z.infer<typeof ResolvedEvent>;
