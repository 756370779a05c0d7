import { agent } from "../agent.ts";
import { wordingReviewer } from "./agents.ts";
import { reviewByWording } from "./compare.ts";

export const handler = agent(wordingReviewer, reviewByWording);
