import * as z from "zod";
import { defineEvent, defineReaction, defineStep, defineWorkflow } from "../../../../lib/index.ts";

export const FilmReleased = defineEvent("film.released", {
  version: 1,
  schema: z.object({ film: z.string() }),
  identity: ({ film }) => film,
});

export const write = defineStep("write", {
  input: z.object({ film: z.string() }),
  output: z.object({ written: z.string() }),
  timeout: "10 seconds",
});

export const indexFilm = defineWorkflow("index-film", {
  on: FilmReleased,
  run: (w, { film }) => w.step(write, { film }),
});

export const announceFilm = defineWorkflow("announce-film", {
  on: FilmReleased,
  run: (w, { film }) => w.step(write, { film }),
});

export const archiveFilm = defineReaction("archive-film", { on: FilmReleased, timeout: "10 seconds" });
