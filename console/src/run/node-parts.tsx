import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef, useState } from "react";
import type { StepView } from "../api/types.ts";
import { Badge } from "../parts/badge.tsx";
import { Strip } from "../parts/strip.tsx";
import { countStates, type Item, type ItemState } from "./items.ts";

const ROW = 32;
const SHOWN = 7;

/** The parts of a node, by state and by name; only the visible ones are in the page. */
export function NodeParts({
  items,
  places,
  chosen,
  onItem,
}: {
  items: readonly Item[];
  places: readonly string[];
  chosen: string | undefined;
  onItem: (path: string) => void;
}) {
  const counts = countStates(items);
  const [only, setOnly] = useState<ItemState>();
  const [text, setText] = useState("");
  const wanted = text.trim().toLowerCase();
  const shown = items
    .map((item, at) => ({ ...item, place: places[at]! }))
    .filter(
      ({ state, place }) =>
        (only === undefined || state === only) && (wanted === "" || place.toLowerCase().includes(wanted)),
    );
  const scroll = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW,
    overscan: 8,
  });
  return (
    <section aria-label="Parts" className="stack" style={{ gap: 6 }}>
      <Strip counts={counts} />
      <div className="row wrap" role="group" aria-label="States" style={{ gap: 4 }}>
        <button
          type="button"
          className="button small"
          aria-pressed={only === undefined}
          onClick={() => setOnly(undefined)}
        >
          All {items.length.toLocaleString("en")}
        </button>
        {counts.length > 1 &&
          counts.map(({ state, count }) => (
            <button
              key={state}
              type="button"
              className="button small"
              aria-pressed={only === state}
              onClick={() => setOnly(only === state ? undefined : state)}
            >
              {count.toLocaleString("en")} {state}
            </button>
          ))}
        {items.length > 20 && (
          <input
            className="input grow"
            aria-label="Find a part"
            placeholder="Find: 17"
            value={text}
            onChange={({ target }) => setText(target.value)}
          />
        )}
      </div>
      <div
        ref={scroll}
        className="items"
        style={{ height: Math.min(SHOWN, Math.max(1, shown.length)) * ROW + 2 }}
      >
        <ul style={{ height: virtual.getTotalSize(), position: "relative" }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const { path, state, steps, place } = shown[index]!;
            return (
              <li
                key={path}
                style={{ position: "absolute", inset: "0 0 auto", transform: `translateY(${start}px)` }}
              >
                <button
                  type="button"
                  className="button plain item"
                  aria-pressed={path === chosen}
                  onClick={() => onItem(path)}
                >
                  <Badge state={state} />
                  <span className="grow clip">{place}</span>
                  <span className="detail number">{attemptsOf(steps)}</span>
                </button>
              </li>
            );
          })}
        </ul>
      </div>
    </section>
  );
}

function attemptsOf(steps: readonly StepView[]): string {
  const further = steps.reduce((sum, { attempt }) => sum + Math.max(0, attempt - 1), 0);
  return further > 0 ? `${further} retried` : "";
}
