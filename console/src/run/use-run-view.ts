import { useCallback } from "react";
import { useFilters } from "../app/filters.ts";

const TABS = ["steps", "timeline", "log", "data", "actions"] as const;
export type Tab = (typeof TABS)[number];

type Fields = Partial<Record<"at" | "tab" | "node" | "item", string>>;

/** What a run's page shows; it is in the address. */
export interface RunView {
  /** ISO time of the displayed state; undefined for now. */
  at: string | undefined;
  tab: Tab;
  /** The selected node, and the selected part of it. */
  node: string | undefined;
  item: string | undefined;
  show: (fields: Fields) => void;
  /** Selects a node, or none if it was selected. */
  select: (node: string) => void;
  travel: (at: string | undefined) => void;
}

export function useRunView(): RunView {
  const [{ at, tab, node, item }, show] = useFilters(["at", "tab", "node", "item"]);
  const select = useCallback(
    (chosen: string) => show({ node: chosen === node ? "" : chosen, item: "" }),
    [node, show],
  );
  const travel = useCallback((moment: string | undefined) => show({ at: moment ?? "" }), [show]);
  return { at, tab: TABS.find((one) => one === tab) ?? "steps", node, item, show, select, travel };
}
