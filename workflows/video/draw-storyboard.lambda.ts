import { worker } from "../../lambdas/runtime/index.ts";
import { drawStoryboard } from "./steps.ts";
import { layOut } from "./storyboard.ts";

export const handler = worker(drawStoryboard, (plan) => layOut(plan));
