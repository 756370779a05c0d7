import { useCallback, useEffect, useState } from "react";
import type { WorkflowGraph } from "../api/types.ts";
import { boxesAround, openAtFirst } from "./focus.ts";

export interface OpenBoxes {
  open: ReadonlySet<string>;
  /** The box that was opened or closed last. */
  folded: string | undefined;
  fold: (id: string, opens: boolean) => void;
  /** Opens these, and closes all others. */
  openOnly: (ids: readonly string[]) => void;
}

/**
 * Which boxes of a graph are open: at first those around the focus, and of the others as many as fit. A box that
 * gets the focus later is opened; nothing closes automatically.
 */
export function useOpenBoxes(
  graph: WorkflowGraph,
  focus: string | undefined,
  fits: (open: ReadonlySet<string>) => boolean,
): OpenBoxes {
  const [open, setOpen] = useState<ReadonlySet<string>>(() => openAtFirst(graph, focus, fits));
  const [folded, setFolded] = useState<string>();
  useEffect(() => {
    setOpen((before) => {
      const missing = boxesAround(graph, focus).filter((id) => !before.has(id));
      return missing.length === 0 ? before : new Set([...before, ...missing]);
    });
  }, [graph, focus]);
  const fold = useCallback((id: string, opens: boolean) => {
    setFolded(id);
    setOpen((before) => {
      const after = new Set(before);
      if (opens) after.add(id);
      else after.delete(id);
      return after;
    });
  }, []);
  const openOnly = useCallback((ids: readonly string[]) => {
    setFolded(undefined);
    setOpen(new Set(ids));
  }, []);
  return { open, folded, fold, openOnly };
}
