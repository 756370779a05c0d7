import type { LogItem } from "./items/log.ts";
import type { LoggedState } from "./logged-state.ts";

/** An entry as far as it is folded. */
export type FoldedEntry = Pick<
  LogItem,
  "run" | "epoch" | "at" | "name" | "path" | "of" | "revision" | "state"
>;

/** An entry with the state of an item, and such an entry of one kind. */
export type StateEntry<State extends LoggedState = LoggedState> = FoldedEntry & { state: State };
