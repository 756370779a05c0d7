import { defineWorkflow, eq, exists, orElse, text } from "../../../../lib/index.ts";
import { IssuePlanned, IssueWithdrawn, ProofRead } from "./events.ts";
import { buy, discard, make, print } from "./steps.ts";
import { writeArticle } from "./write-article.ts";

/** An issue of a magazine: articles by a workflow of their own, photos of which some may fail, people, and money. */
export const makeIssue = defineWorkflow("make-issue", {
  on: IssuePlanned,
  deadline: "20 days",
  budget: { usd: 10 },
  cancelOn: [{ event: IssueWithdrawn, key: ({ issue }) => issue }],
  run: (w, event) => {
    const cover = w.step(make, { what: "cover", of: [event.notes] }, { as: "cover", undo: discard });
    const articles = w.each(
      event.articles,
      ({ article, kind }) => {
        const { notes, embargo } = event;
        const written = w.child(writeArticle, {
          article: text`${event.issue}/${article}`,
          kind,
          notes,
          embargo,
          goal: 3,
        });
        const set = w.step(make, { what: "set", of: [written.text] }, { as: "set", undo: discard });
        return { text: set.text, rounds: written.rounds };
      },
      { as: "articles" },
    );
    const photos = w.each(
      event.photos,
      (photo) => w.step(make, { what: photo }, { as: "photo", undo: discard }).text,
      { as: "photos", tolerate: "40%" },
    );
    const rights = w.step(buy, { what: "rights", usd: 4 }, { asks: "publisher" });
    const paper = w.step(
      print,
      { what: "glossy", of: [cover.text] },
      {
        as: "paper",
        fallback: ({ error }) => ({ text: text`plain, since ${error}` }),
      },
    );
    const proof = w.when(
      eq(event.checked, true),
      () => w.waitFor(ProofRead, { as: "proof", key: event.issue, within: "2 days", otherwise: "continue" }),
      () => undefined,
    );
    const decision = w.escalate("chief-editor", {
      why: text`the paper is ${paper.text}`,
      show: { issue: event.issue, remarks: orElse(proof.remarks, "none") },
      within: "4 hours",
      otherwise: "escalate",
      after: [articles, photos, rights],
    });
    const bound = w.when(eq(decision.approved, true), () =>
      w.step(
        make,
        { what: "issue", of: [cover.text, paper.text, rights.text] },
        { as: "bind", undo: discard },
      ),
    );
    return {
      articles,
      photos,
      paper: paper.text,
      proofRead: exists(proof),
      decision,
      bound: bound.text,
    };
  },
});
