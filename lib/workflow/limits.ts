import { arrange, waitsOf } from "./arrange.ts";
import {
  type Block,
  canonicalOrder,
  closure,
  nodesIn,
  type Order,
  type Precedence,
  precedingOf,
} from "./graph.ts";
import { kindOf } from "./nodes/index.ts";
import type { Plan } from "./plan.ts";
import { DefinitionError } from "./recording.ts";

/** Step Functions ends an execution whose history grows longer. */
const LONGEST_HISTORY = 25_000;
/** Of an execution itself: started, and ended. */
const OWN_EVENTS = 2;

/** Throws where a run could write more history than an execution may have, retries left aside. */
export function refuseLongHistory({ workflow, block }: Plan): void {
  const events = OWN_EVENTS + eventsIn(block);
  if (events <= LONGEST_HISTORY) return;
  throw new DefinitionError(
    `A run of workflow "${workflow}" could write ${events} events of history; Step Functions ends an execution at ${LONGEST_HISTORY}. Lower the maxItems of the lists that w.each goes through, or do more within one step.`,
  );
}

/** History events of a block at most. */
function eventsIn({ nodes, order }: Block): number {
  const parallels = order ? parallelsIn(order) : 0;
  return nodes.reduce((sum, node) => sum + kindOf(node).events(node, eventsIn), 4 * parallels);
}

function parallelsIn(order: Order): number {
  if (order.kind === "node" || order.kind === "wait") return 0;
  return order.parts.reduce((sum, part) => sum + parallelsIn(part), order.kind === "parallel" ? 1 : 0);
}

/** Throws where a step waits for one in another branch, which state machines are not compiled for. */
export function refuseWaits({ workflow, block }: Plan): void {
  for (const inner of [block, ...nodesIn(block).flatMap(({ blocks }) => Object.values(blocks))]) {
    const [wait] = inner.order ? waitsOf(inner.order) : [];
    if (wait) {
      throw new DefinitionError(
        `In workflow "${workflow}", "${wait.before}" needs "${wait.on}", but they lie in branches that are otherwise independent: the steps around them are neither one after another nor side by side. A wait from one branch to another is not compiled. ${wayOut(inner)}`,
      );
    }
  }
}

/** The order to add that makes a graph of sequences and parallels, at the least loss of what may run at once. */
function wayOut({ nodes }: Block): string {
  const names = new Set(nodes.map(({ name }) => name));
  const direct: Precedence = new Map(nodes.map((node) => [node.name, precedingOf(node).intersection(names)]));
  const closed = closure(direct);
  const ordered = canonicalOrder(closed);
  const candidates = ordered.flatMap((later, at) =>
    ordered
      .filter(
        (earlier, before) =>
          before !== at && !closed.get(earlier)!.has(later) && !closed.get(later)!.has(earlier),
      )
      .map((earlier) => ({
        earlier,
        later,
        graph: new Map([...direct, [later, new Set([...direct.get(later)!, earlier])]]),
      })),
  );
  const orders = ({ graph }: { graph: Precedence }) =>
    [...closure(graph).values()].reduce((sum, { size }) => sum + size, 0);
  const [best] = candidates
    .filter(({ graph }) => waitsOf(arrange(graph, new Map())!).length === 0)
    .sort((a, b) => orders(a) - orders(b));
  if (!best) return "Order some of them by { after: [...] } until they are.";
  return `Let "${best.later}" begin after "${best.earlier}", by { after: [...] } with what "${best.earlier}" answered.`;
}
