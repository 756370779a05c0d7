import { intake } from "../../../../lambdas/runtime/index.ts";
import { indexFilm } from "./films.ts";

export const handler = intake(indexFilm);
