import { worker } from "../../lambdas/runtime/index.ts";
import { announceFilm } from "./announcement.ts";
import { announce } from "./steps.ts";

export const handler = worker(announce, announceFilm);
