import { reaction } from "../../../../lambdas/runtime/index.ts";
import { archiveFilm } from "./films.ts";

export const handler = reaction(archiveFilm, async () => {});
