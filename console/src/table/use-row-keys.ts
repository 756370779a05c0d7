import type { Virtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from "react";

const STEPS: Record<string, number> = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, PageDown: 10, PageUp: -10 };

/** Keys with a modifier are the browser's. */
const isModified = (event: Pick<KeyboardEvent, "ctrlKey" | "metaKey" | "altKey">) =>
  event.ctrlKey || event.metaKey || event.altKey;

/**
 * Moves the focus between the rows of a table: arrows, j and k, and pages of ten; "j" also into the table. One
 * row is a tab stop: the one that had the focus last.
 */
export function useRowKeys(
  scroll: RefObject<HTMLDivElement | null>,
  virtual: Virtualizer<HTMLDivElement, Element>,
  { count, enabled }: { count: number; enabled: boolean },
) {
  const [stop, setStop] = useState(0);
  const go = (index: number) => {
    if (index < 0 || index >= count) return;
    setStop(index);
    virtual.scrollToIndex(index);
    const link = () => scroll.current?.querySelector<HTMLElement>(`[data-index="${index}"] .row-link`);
    const focus = () => link()?.focus({ preventScroll: true });
    // Immediately if the row is rendered, so that the next key continues from it; otherwise with the next
    // frame.
    if (link()) focus();
    else requestAnimationFrame(focus);
  };
  useFirstKey(() => go(0), enabled && count > 0);
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const by = STEPS[event.key];
    const row = (event.target as HTMLElement).closest<HTMLElement>("[data-index]");
    if (by === undefined || !row || isModified(event)) return;
    event.preventDefault();
    go(Math.min(count - 1, Math.max(0, Number(row.dataset.index) + by)));
  };
  return { stop, setStop, onKeyDown };
}

/** "j" moves the focus into the list from anywhere. */
function useFirstKey(go: () => void, enabled: boolean): void {
  const latest = useRef(go);
  useEffect(() => {
    latest.current = go;
  });
  useEffect(() => {
    if (!enabled) return;
    const pressed = (event: globalThis.KeyboardEvent) => {
      if (event.key !== "j" || isModified(event)) return;
      if ((event.target as HTMLElement).closest(".table, dialog, input, textarea, select")) return;
      latest.current();
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, [enabled]);
}
