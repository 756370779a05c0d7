import { reaction } from "../../../../lambdas/runtime/index.ts";
import { praiseFilm } from "./definitions.ts";

export const handler = reaction(praiseFilm, () => {});
