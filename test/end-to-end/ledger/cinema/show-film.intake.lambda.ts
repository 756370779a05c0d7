import { intake } from "../../../../lambdas/runtime/index.ts";
import { showFilm } from "./definitions.ts";

export const handler = intake(showFilm);
