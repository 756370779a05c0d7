import type { KeyboardEvent } from "react";

/** The box on which Enter or Space was pressed; undefined for other keys and elements. */
export function chosenByKey(event: KeyboardEvent): string | undefined {
  if (event.key !== "Enter" && event.key !== " ") return undefined;
  const target = event.target as HTMLElement;
  if (!target.classList.contains("react-flow__node")) return undefined;
  event.preventDefault();
  return target.dataset.id;
}

/** The box that an arrow key opens or closes; undefined for other keys and elements. */
export function foldedByKey(event: KeyboardEvent): { id: string; open: boolean } | undefined {
  const open = { ArrowRight: true, ArrowLeft: false }[event.key];
  const target = event.target as HTMLElement;
  if (open === undefined || target.getAttribute("aria-expanded") !== String(!open)) return undefined;
  event.preventDefault();
  return target.dataset.id === undefined ? undefined : { id: target.dataset.id, open };
}
