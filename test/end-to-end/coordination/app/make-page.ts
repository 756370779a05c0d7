import * as z from "zod";
import { defineWorkflow, gte, plus, type Ref, type WorkflowBuilder } from "../../../../lib/index.ts";
import { PageWanted, type Takes } from "./events.ts";
import { make } from "./steps.ts";

/** The proof needs the text, the layout text and picture: neither a sequence nor a parallel. */
function weave(w: WorkflowBuilder, of: string, from: Ref<string>, takes: Ref<z.infer<typeof Takes>>) {
  const text = w.step(make, { what: "text", of: [from], seconds: takes.text }, { as: `${of}-text` });
  const picture = w.step(
    make,
    { what: "picture", of: [from], seconds: takes.picture },
    { as: `${of}-picture` },
  );
  const proof = w.step(make, { what: "proof", of: [text.text], seconds: takes.proof }, { as: `${of}-proof` });
  const layout = w.step(
    make,
    { what: "layout", of: [text.text, picture.text], seconds: takes.layout },
    { as: `${of}-layout` },
  );
  return { proof, layout };
}

/** The same weave alone, in each of several columns, and in each of several drafts. */
export const makePage = defineWorkflow("make-page", {
  on: PageWanted,
  deadline: "1 day",
  run: (w, event) => {
    const page = weave(w, "page", event.page, event.takes);
    const columns = w.each(event.columns, (takes) => weave(w, "column", event.page, takes), {
      as: "columns",
    });
    const drafts = w.repeat(
      {
        as: "drafts",
        state: z.object({ draft: z.string(), count: z.int() }),
        initial: { draft: event.page, count: 0 },
        until: ({ count }) => gte(count, event.drafts),
        most: 5,
      },
      ({ draft, count }) => {
        const { layout } = weave(w, "draft", draft, event.takes);
        return { draft: layout.text, count: plus(count, 1) };
      },
    );
    return { page, columns, draft: drafts.state.draft, rounds: drafts.rounds };
  },
});
