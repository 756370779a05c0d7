import { giveUp, reaction } from "../../../../lambdas/runtime/index.ts";
import { archiveFilm } from "./definitions.ts";

export const handler = reaction(archiveFilm, ({ film }) => {
  if (film === "burnt") throw giveUp("There is nothing left of it.");
  if (film === "jammed") throw new Error("The reel is jammed.");
});
