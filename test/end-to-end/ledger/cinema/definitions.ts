import * as z from "zod";
import { defineEvent, defineReaction, defineWorkflow } from "../../../../lib/index.ts";

/** A cinema whose workflows and reactions receive events of films: some by the same rule, some by one of their own. */
export const FilmReleased = defineEvent("film.released", {
  version: 1,
  schema: z.object({ film: z.string(), minutes: z.number() }),
  identity: ({ film }) => film,
});
export const FilmRated = defineEvent("film.rated", {
  version: 1,
  schema: z.object({ film: z.string() }),
  key: ({ film }) => film,
});

export const showFilm = defineWorkflow("show-film", {
  on: FilmReleased,
  run: (w, { film }) => w.waitFor(FilmRated, { key: film }),
});

/** Its events are none of the ledger's business. */
export const dubFilm = defineWorkflow("dub-film", {
  on: FilmReleased,
  delivery: { ledger: "none" },
  run: (w, { film }) => w.waitFor(FilmRated, { key: film }),
});

export const archiveFilm = defineReaction("archive-film", {
  on: FilmReleased,
  timeout: "90 seconds",
  retry: { attempts: 2, backoff: "2 seconds" },
});

export const praiseFilm = defineReaction("praise-film", {
  on: FilmReleased,
  where: { minutes: [{ numeric: [">=", 180] }] },
  timeout: "10 seconds",
  delivery: { within: "2 minutes" },
});

export const workflows = [showFilm, dubFilm];
export const reactions = [archiveFilm, praiseFilm];
