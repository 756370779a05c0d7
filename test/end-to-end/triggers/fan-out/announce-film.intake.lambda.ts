import { intake } from "../../../../lambdas/runtime/index.ts";
import { announceFilm } from "./films.ts";

export const handler = intake(announceFilm);
