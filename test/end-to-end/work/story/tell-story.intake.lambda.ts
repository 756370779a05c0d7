import { intake } from "../../../../lambdas/runtime/index.ts";
import { tellStory } from "./workflow.ts";

export const handler = intake(tellStory);
