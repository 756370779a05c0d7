import * as z from "zod";
import { defineWorkflow, gte } from "../../../../lib/index.ts";
import { ArticleWanted } from "./events.ts";
import { discard, judge, make } from "./steps.ts";

const Draft = z.object({ text: z.string(), score: z.int() });

/** News are written at once; an essay is thought over, written and reviewed until it is good, and rests for a while. */
export const writeArticle = defineWorkflow("write-article", {
  on: ArticleWanted,
  deadline: "10 days",
  run: (w, event) => {
    const written = w.match(event.kind, {
      news: () => ({
        text: w.step(make, { what: "news", of: [event.notes] }, { as: "news", undo: discard }).text,
        rounds: 1,
      }),
      essay: () => {
        const { state, rounds } = w.repeat(
          {
            as: "revise",
            state: Draft,
            initial: { text: event.notes, score: 0 },
            until: ({ score }) => gte(score, event.goal),
            most: 4,
          },
          (draft, round) => {
            const thought = w.step(make, { what: "thought", of: [draft.text] }, { as: "think" });
            const act = w.step(make, { what: "essay", of: [thought.text] }, { as: "act", undo: discard });
            const { score } = w.step(judge, { text: act.text, round }, { as: "look" });
            return { text: act.text, score };
          },
        );
        return { text: state.text, rounds };
      },
    });
    const rest = w.sleep("1 minute", { after: [written] });
    const embargo = w.sleepUntil(event.embargo, { as: "embargo", after: [rest] });
    const { text } = w.step(
      make,
      { what: "article", of: [written.text] },
      { as: "finish", after: [embargo], undo: discard },
    );
    return { text, rounds: written.rounds };
  },
});
