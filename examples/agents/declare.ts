import { type Duration, defineReaction, type ReactionSpec, type ToolSpec } from "../../lib/index.ts";
import { AgentAnswered, AgentAsked } from "./events.ts";

/** An agent as the router sees it, and the reaction by which it is asked. */
export interface AgentSpec {
  readonly name: string;
  /** A capability: "classify-ticket". */
  readonly capabilities: readonly string[];
  /** One sentence for people. */
  readonly does: string;
  /** The price of a turn in dollars, in addition to its model calls. */
  readonly priceUsd: number;
  /** Maximum number of concurrent turns. */
  readonly concurrency: number;
  readonly reaction: ReactionSpec<string, readonly [typeof AgentAsked], readonly [typeof AgentAnswered]>;
}

interface AgentOptions extends Pick<AgentSpec, "capabilities" | "does" | "priceUsd"> {
  /** The timeout of a turn. @default "1 minute" */
  timeout?: Duration;
  /** Maximum number of concurrent turns, at least 2. @default 10 */
  concurrency?: number;
  /** The language model that it calls, by the name that the deployment gives it. @default "default" */
  model?: string;
  /** The tools that its model may call. @default none */
  tools?: readonly ToolSpec[];
}

/**
 * Declares an agent. It is implemented by a reaction to `agent.asked` with its name, so that each agent has a
 * queue, a function, retries, dead letters and a pause of its own. `<name>.lambda.ts` next to the declaration
 * contains its code. Throws a TypeError that names the invalid option.
 */
export function defineAgent(name: string, options: AgentOptions): AgentSpec {
  const {
    capabilities,
    does,
    priceUsd,
    timeout = "1 minute",
    concurrency = 10,
    model = "default",
    tools = [],
  } = options;
  if (capabilities.length === 0)
    throw new TypeError(`Agent "${name}" can do nothing. Name at least one capability.`);
  if (!(priceUsd >= 0)) throw new TypeError(`Agent "${name}": priceUsd is ${priceUsd}; dollars from 0 on.`);
  const reaction = defineReaction(name, {
    on: AgentAsked,
    where: { agent: [name] },
    emits: [AgentAnswered],
    retry: { attempts: 3, backoff: "5 seconds" },
    timeout,
    concurrency,
    model,
    tools,
  });
  return { name, capabilities, does, priceUsd, concurrency, reaction };
}
