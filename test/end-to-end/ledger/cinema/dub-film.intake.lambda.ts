import { intake } from "../../../../lambdas/runtime/index.ts";
import { dubFilm } from "./definitions.ts";

export const handler = intake(dubFilm);
