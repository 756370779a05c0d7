import { AsyncLocalStorage } from "node:async_hooks";

/**
 * How deep an evaluation is. JSONata evaluates the fields of an object side by side, so that counting who has
 * entered and not left would take fifty neighbours for a depth of fifty. Each evaluation of a node is hung
 * under that of the node which holds it in the expression; the body of a function is held by none, and hangs
 * under its caller.
 */
interface Activation {
  node: object;
  depth: number;
  up: Activation | undefined;
  over: boolean;
}

const innermost = new AsyncLocalStorage<Activation | undefined>();
const holders = new WeakMap<object, object>();

/** Learns which node of an expression holds which. */
export function learnNesting(tree: unknown, holder?: object): void {
  if (typeof tree !== "object" || tree === null) return;
  const isNode = "type" in tree && typeof tree.type === "string";
  if (isNode && holder) holders.set(tree, holder);
  const within = isNode ? (tree.type === "lambda" ? undefined : tree) : holder;
  for (const part of Object.values(tree)) learnNesting(part, within);
}

/** Begins an evaluation that hangs under no other. */
export function unnested<Result>(evaluate: () => Promise<Result>): Promise<Result> {
  return innermost.run(undefined, evaluate);
}

/** A node begins to be evaluated. Answers how deep it is, from 1. */
export function enter(node: object): number {
  const up = holding(node) ?? latest(() => true);
  const depth = (up?.depth ?? 0) + 1;
  innermost.enterWith({ node, depth, up, over: false });
  return depth;
}

/** A node has been evaluated. */
export function leave(node: object): void {
  const activation = latest((one) => one.node === node);
  if (activation) activation.over = true;
}

/** The evaluation of the nearest node around this one. What the neighbours have left behind is passed over. */
function holding(node: object): Activation | undefined {
  for (let holder = holders.get(node); holder; holder = holders.get(holder)) {
    const found = latest((one) => one.node === holder);
    if (found) return found;
  }
  return undefined;
}

function latest(wanted: (activation: Activation) => boolean): Activation | undefined {
  let activation = innermost.getStore();
  while (activation && (activation.over || !wanted(activation))) activation = activation.up;
  return activation;
}
