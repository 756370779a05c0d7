import * as z from "zod";
import { defineWorkflow, eq, ne, orElse, type Ref, type Workflow } from "../../lib/index.ts";
import { MOST_ROUNDS } from "./aggregate.ts";
import { AgentAnswered, ConsultationRequested, NewsReceived, TaskSubmitted } from "./events.ts";
import type { Opinion, ResolvedEvent } from "./protocol.ts";
import { aggregateOpinions, askAgent, routeTask, settleTask, Weighed, Work, weighMove } from "./steps.ts";
import { LIMITS } from "./weigh.ts";

// Both workflows are in one file, since each calls the other. Their output types are explicit: TypeScript
// cannot infer them.

type Handle = Workflow<"handle-task", readonly [typeof TaskSubmitted], Ref<ResolvedEvent & { page: string }>>;

/**
 * A task: agents are chosen and asked in parallel, their answers are compared, others are asked if there is a
 * doubt, and a person decides if the doubt remains.
 */
export const handleTask: Handle = defineWorkflow("handle-task", {
  on: TaskSubmitted,
  deadline: "30 days",
  run: (w, task) => {
    const { state: work } = w.repeat(
      {
        as: "round",
        state: Work,
        initial: {
          opinions: [],
          verdict: { next: "another round", why: "", findings: [], text: "", open: [] },
        },
        until: ({ verdict }) => ne(verdict.next, "another round"),
        most: MOST_ROUNDS,
      },
      (work, round) => {
        const routed = w.step(routeTask, { task, round, work });
        const outcomes = w.each(
          routed.consultations,
          (consultation) =>
            w.child(consultAgent, consultation, { fallback: ({ message }) => ({ failed: message }) }),
          { as: "consultations" },
        );
        return w.step(aggregateOpinions, { task, round, work, routed, outcomes });
      },
    );
    const { verdict } = work;
    const decision = w.when(
      eq(verdict.next, "person"),
      () =>
        w.escalate("expert", {
          why: verdict.why,
          show: { kind: task.kind, subject: task.subject, payload: task.payload, work },
          within: "2 days",
          otherwise: "reject",
        }),
      () => null,
    );
    return w.step(settleTask, { task, work, decision });
  },
});

type Consult = Workflow<
  "consult-agent",
  readonly [typeof ConsultationRequested],
  Ref<Opinion | { failed: string }>
>;

/** The state from turn to turn: the last move after its check, and its result. */
const Talk = z.object({ weighed: Weighed, replies: z.unknown() });

/**
 * Consults one agent, turn by turn. It is asked by an event and answers by one; this workflow does what it
 * requests in between (others' opinions, tasks of its own, news from outside), if `weigh-move` allows it.
 */
export const consultAgent: Consult = defineWorkflow("consult-agent", {
  on: ConsultationRequested,
  deadline: "20 days",
  run: (w, consultation) => {
    const { state } = w.repeat(
      {
        as: "turn",
        state: Talk,
        initial: {
          weighed: { said: [], way: "again", over: false, questions: [], tasks: [], newsKey: "" },
          replies: [],
        },
        until: ({ weighed }) => eq(weighed.over, true),
        most: LIMITS.turns,
      },
      (talk, turn) => {
        const asked = w.step(askAgent, { consultation, turn, talk });
        const answered = w.waitFor(AgentAnswered, {
          key: asked.turnId,
          within: "15 minutes",
          otherwise: "continue",
        });
        const weighed = w.step(weighMove, { consultation, asked, answered });
        const replies = w.match(weighed.way, {
          ask: () =>
            w.each(
              weighed.questions,
              (question) =>
                w.child(consultAgent, question, { fallback: ({ message }) => ({ failed: message }) }),
              { as: "questions" },
            ),
          spawn: () =>
            w.each(
              weighed.tasks,
              (task) => w.child(handleTask, task, { fallback: ({ message }) => ({ failed: message }) }),
              { as: "tasks" },
            ),
          wait: () => ({
            news: w.waitFor(NewsReceived, { key: weighed.newsKey, within: "3 days", otherwise: "continue" }),
          }),
          again: () => [],
          finish: () => [],
        });
        return { weighed, replies };
      },
    );
    return orElse(state.weighed.opinion, { failed: "It came to no end." });
  },
});
