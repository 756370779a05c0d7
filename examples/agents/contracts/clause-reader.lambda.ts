import { agent } from "../agent.ts";
import { clauseReader } from "./agents.ts";
import { readClauses } from "./read.ts";

export const handler = agent(clauseReader, readClauses);
