import type { Bindings } from "./bindings.ts";
import type { Exit } from "./exit.ts";
import type { Frame } from "./frame.ts";
import type { Block, Order } from "./graph.ts";
import type { Machine } from "./states.ts";

/** The context in which a node is compiled. */
export interface Position {
  readonly frame: Frame;
  readonly exit: Exit;
  readonly bindings: Bindings;
  /** The maximum seconds of a run. */
  readonly deadline: number;
  /** The parts of a step's result that the state machine itself reads. */
  readsOf(node: string): readonly string[];
  /** The same, and the objects of which a field is passed on. */
  keepsOf(node: string): readonly string[];
  /** Maximum history events of a block. */
  events(block: Block): number;
  /** The states of a block, and the name of the first; undefined if the block has no nodes. */
  compile(block: Block, frame: Frame, exit: Exit): Machine | undefined;
}

/** Compiles a part of an order. */
export type CompilePart = (part: Order, frame: Frame, exit: Exit) => Machine;
