import * as z from "zod";
import { defineWorkflow, eq, exists, ne, present, text } from "../../lib/index.ts";
import { VideoRequested, VideoWithdrawn } from "./events.ts";
import { makeScene } from "./make-scene.ts";
import {
  announce,
  drawStoryboard,
  Film,
  Made,
  Notes,
  publish,
  readNotes,
  renderFilm,
  Script,
  unpublish,
  writeScript,
} from "./steps.ts";

/**
 * The film after a round, with the editor's decision. Everything that the notes do not concern is kept for
 * the next round.
 */
const Cut = z.object({
  script: Script.nullable(),
  made: z.array(Made).max(12),
  film: Film.nullable(),
  notes: Notes,
});

const APPROVED: Notes = { verdict: "approved", redo: "script", scenes: [], notes: "" };

const ROUNDS = 5;

/**
 * From a brief to a published film: script, storyboard, a picture for each scene, the film, an editor's
 * decision. After a rejection, only the parts that the notes concern are made again.
 */
export const produceVideo = defineWorkflow("produce-video", {
  on: VideoRequested,
  deadline: "14 days",
  budget: { usd: 5 },
  cancelOn: [{ event: VideoWithdrawn, key: (video) => video.videoId }],
  run: (w, video) => {
    const { videoId, topic, audience, length, style, scenes } = video;
    const brief = { topic, audience, length, style, scenes };

    const {
      state: cut,
      rounds,
      reached,
    } = w.repeat(
      {
        as: "cut",
        state: Cut,
        initial: {
          script: null,
          made: [],
          film: null,
          notes: { verdict: "again", redo: "script", scenes: [], notes: "" },
        },
        until: ({ notes }) => ne(notes.verdict, "again"),
        most: ROUNDS,
        otherwise: "continue",
      },
      (cut, round) => {
        const { notes } = cut;
        const script = w.when(
          eq(notes.redo, "script"),
          () => w.step(writeScript, { brief, round, notes, previous: cut.script }),
          () => present(cut.script),
          { as: "words" },
        );
        const board = w.step(drawStoryboard, { script, brief, round, notes, previous: cut.made });
        const made = w.each(
          board.scenes,
          ({ scene, made }) =>
            w.when(
              exists(made),
              () => present(made),
              () => makeScene(w, scene),
              { as: "kept" },
            ),
          { as: "scenes", concurrency: 6 },
        );
        const film = w.step(renderFilm, { title: board.title, made });
        const review = w.approval("editor", {
          show: { film },
          within: "1 day",
          otherwise: "escalate",
        });
        const said = w.when(
          review.approved,
          () => APPROVED,
          () => w.step(readNotes, { note: review.note, script }),
          { as: "approved" },
        );
        return { script, made, film, notes: said };
      },
    );

    const film = present(cut.film);
    const wanted = w.when(
      reached,
      () => eq(cut.notes.verdict, "approved"),
      () =>
        w.escalate("producer", {
          why: text`The editor is not content after ${rounds} rounds. Publish the film as it is?`,
          show: { film, notes: cut.notes },
          within: "1 day",
          otherwise: "reject",
        }).approved,
      { as: "agreed" },
    );
    return w.when(
      wanted,
      () => {
        const published = w.step(publish, { videoId, film, made: cut.made }, { undo: unpublish });
        // A published film stays published, even if no subscriber could be notified.
        w.step(
          announce,
          { videoId, title: film.title, published },
          { fallback: () => ({ notified: [], missed: [] }) },
        );
        return { outcome: "published", rounds, title: film.title, published };
      },
      () => ({ outcome: "not published", rounds, film, notes: cut.notes }),
      { as: "wanted" },
    );
  },
});
