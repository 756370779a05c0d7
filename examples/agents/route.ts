import type { AgentSpec } from "./declare.ts";
import { doubtAbout, type Performance, trustIn, UNKNOWN } from "./performance.ts";

/** The performance of all agents, by name. */
export type Performances = ReadonlyMap<string, Performance>;

export interface Wanted {
  capability: string;
  /** Maximum number of agents. */
  most: number;
  /** The budget of each for a turn, in dollars. */
  usd: number;
  /** Agents that must not be asked. */
  except: ReadonlySet<string>;
}

/** A chosen agent, and the reason. */
export interface Choice {
  agent: AgentSpec;
  trust: number;
  score: number;
  why: string;
}

/** The penalties for a full queue, and for a price of the whole budget, on a score of at most 1. */
const WEIGHT = { load: 0.5, price: 0.3 };

/**
 * Chooses agents for a capability, best first: by past success, by load, and by price. Uncertainty about the
 * success counts in an agent's favour, so that a new agent is tried before a mediocre one.
 */
export function route(wanted: Wanted, agents: readonly AgentSpec[], known: Performances): Choice[] {
  return agents
    .filter(({ name, capabilities }) => capabilities.includes(wanted.capability) && !wanted.except.has(name))
    .filter(({ priceUsd }) => priceUsd <= wanted.usd)
    .map((agent) => rate(agent, known.get(agent.name) ?? UNKNOWN, wanted.usd))
    .sort((a, b) => b.score - a.score || (a.agent.name < b.agent.name ? -1 : 1))
    .slice(0, wanted.most);
}

function rate(agent: AgentSpec, performance: Performance, usd: number): Choice {
  const trust = trustIn(performance);
  const success = Math.min(1, trust + doubtAbout(performance));
  const load = Math.min(1, performance.inProgress / agent.concurrency);
  const price = usd > 0 ? agent.priceUsd / usd : 0;
  const { right, wrong, inProgress } = performance;
  return {
    agent,
    trust,
    score: success - WEIGHT.load * load - WEIGHT.price * price,
    why: `right in ${right} of ${right + wrong} tasks, at ${inProgress} of ${agent.concurrency} turns, $${agent.priceUsd} a turn`,
  };
}
