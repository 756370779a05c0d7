import { useEffect, useState } from "react";
import type { LogEntry } from "../api/types.ts";
import { neighbour } from "./moments.ts";

/** Milliseconds for which the slider must rest before the state is requested. */
const REST = 150;

interface Travel {
  /** ISO time in the address; undefined for now. */
  at: string | undefined;
  log: readonly LogEntry[];
  /** Epoch milliseconds of the right end. */
  to: number;
  onTravel: (at: string | undefined) => void;
}

export interface Moment {
  /** Epoch milliseconds that are displayed. */
  moment: number;
  isPast: boolean;
  hold: (moment: number) => void;
  /** Goes to the event before or after. */
  go: (way: "before" | "after") => void;
  /** Goes to the right end, without a rest. */
  toNow: () => void;
}

/** The time that a run's slider is at. It is requested, and in the address, once the slider rests. */
export function useMoment({ at, log, to, onTravel }: Travel): Moment {
  const [held, setHeld] = useState<number>();
  const moment = held ?? (at === undefined ? to : Date.parse(at));
  useEffect(() => {
    if (held === undefined) return;
    const timer = setTimeout(() => {
      if (held >= to) setHeld(undefined);
      onTravel(held >= to ? undefined : new Date(held).toISOString());
    }, REST);
    return () => clearTimeout(timer);
  }, [held, to, onTravel]);
  // Kept until the address has it: then that is displayed.
  useEffect(
    () => setHeld((before) => (at !== undefined && before === Date.parse(at) ? undefined : before)),
    [at],
  );
  return {
    moment,
    isPast: at !== undefined || held !== undefined,
    hold: setHeld,
    // From the slider's own value, since keys may come faster than pages are drawn.
    go: (way) =>
      setHeld((before) => {
        const next = neighbour(log, before ?? moment, way);
        if (next) return Date.parse(next.at);
        return way === "after" ? to : before;
      }),
    toNow: () => {
      setHeld(undefined);
      onTravel(undefined);
    },
  };
}

/** [ and ] go from event to event, wherever no text is edited. */
export function useMomentKeys(go: Moment["go"]): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if ((event.target as HTMLElement).closest("input:not([type=range]), textarea, select, dialog")) return;
      if (event.key === "[") go("before");
      if (event.key === "]") go("after");
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  });
}
