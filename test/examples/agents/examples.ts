import type { Consultation, Move, Opinion, Task } from "../../../examples/agents/protocol.ts";

export const task = (more: Partial<Task> = {}): Task => ({
  taskId: "task",
  kind: "support-ticket",
  subject: "Subject",
  payload: {},
  budgetUsd: 0.25,
  depth: 0,
  ...more,
});

export const consultation = (more: Partial<Consultation> = {}): Consultation => ({
  consultationId: "task/1/read/reader",
  agent: "reader",
  capability: "read",
  why: "",
  trust: 0.5,
  task: task(),
  payload: { page: 1 },
  chain: [{ agent: "reader", question: "q" }],
  usd: 0.1,
  ...more,
});

export const opinion = (more: Partial<Opinion> = {}): Opinion => ({
  consultationId: "task/1/read/reader",
  agent: "reader",
  capability: "read",
  why: "",
  trust: 1,
  payload: {},
  status: "answered",
  claims: [],
  evidence: [],
  text: "",
  turns: [],
  usd: 0.001,
  ...more,
});

export const answer = (about = "colour", value = "red"): Move => ({
  kind: "answer",
  claims: [{ about, value, confidence: 0.8 }],
  evidence: [],
  text: "It is red.",
});
