import type { LogItem } from "../items/log.ts";
import type { LoggedState } from "./logged-state.ts";

/** The part of an entry that `fold` reads. */
export type FoldedEntry = Pick<
  LogItem,
  "run" | "epoch" | "at" | "name" | "path" | "of" | "revision" | "state"
>;

/** An entry with the state of an item, and such an entry of one kind. */
export type StateEntry<State extends LoggedState = LoggedState> = FoldedEntry & { state: State };
