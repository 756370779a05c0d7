import { agent } from "../agent.ts";
import { kbSearch } from "./agents.ts";
import { searchKnowledgeBase } from "./search.ts";

export const handler = agent(kbSearch, searchKnowledgeBase);
