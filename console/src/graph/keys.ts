import type { KeyboardEvent } from "react";

/** The box that Enter or Space was pressed on; undefined for other keys and places. */
export function chosenByKey(event: KeyboardEvent): string | undefined {
  if (event.key !== "Enter" && event.key !== " ") return undefined;
  const target = event.target as HTMLElement;
  if (!target.classList.contains("react-flow__node")) return undefined;
  event.preventDefault();
  return target.dataset.id;
}

/** The box that an arrow opens or closes; undefined for other keys and places. */
export function foldedByKey(event: KeyboardEvent): { id: string; open: boolean } | undefined {
  const open = { ArrowRight: true, ArrowLeft: false }[event.key];
  const target = event.target as HTMLElement;
  if (open === undefined || target.getAttribute("aria-expanded") !== String(!open)) return undefined;
  event.preventDefault();
  return target.dataset.id === undefined ? undefined : { id: target.dataset.id, open };
}
