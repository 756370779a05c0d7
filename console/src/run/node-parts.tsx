import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, useState } from "react";
import type { StepView } from "../api/types.ts";
import { Badge } from "../parts/badge.tsx";
import { Strip } from "../parts/strip.tsx";
import { countStates, type Item, type ItemState } from "./items.ts";

const ROW = 32;
const SHOWN = 7;
/** Up to here, a part is found without a search. */
const FEW = 20;

interface Part extends Item {
  /** Its name. */
  place: string;
}

/** The parts of a node, by state and by name. */
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
  const [only, setOnly] = useState<ItemState>();
  const [text, setText] = useState("");
  const wanted = text.trim().toLowerCase();
  const shown = items
    .map((item, at): Part => ({ ...item, place: places[at]! }))
    .filter(({ state }) => only === undefined || state === only)
    .filter(({ place }) => place.toLowerCase().includes(wanted));
  return (
    <section aria-label="Parts" className="stack" style={{ gap: 6 }}>
      <Strip counts={countStates(items)} />
      <div className="row wrap" role="group" aria-label="States" style={{ gap: 4 }}>
        <StateButtons items={items} only={only} onOnly={setOnly} />
        {items.length > FEW && (
          <input
            className="input grow"
            aria-label="Find a part"
            placeholder="Find: 17"
            value={text}
            onChange={({ target }) => setText(target.value)}
          />
        )}
      </div>
      <PartList key={`${only} ${wanted}`} parts={shown} chosen={chosen} onItem={onItem} />
    </section>
  );
}

function StateButtons({
  items,
  only,
  onOnly,
}: {
  items: readonly Item[];
  only: ItemState | undefined;
  onOnly: (state: ItemState | undefined) => void;
}) {
  const counts = countStates(items);
  const button = (text: string, isPressed: boolean, onClick: () => void) => (
    <button key={text} type="button" className="button small" aria-pressed={isPressed} onClick={onClick}>
      {text}
    </button>
  );
  return (
    <>
      {button(`All ${items.length.toLocaleString("en")}`, only === undefined, () => onOnly(undefined))}
      {counts.length > 1 &&
        counts.map(({ state, count }) =>
          button(`${count.toLocaleString("en")} ${state}`, only === state, () =>
            onOnly(only === state ? undefined : state),
          ),
        )}
    </>
  );
}

/** Only the visible parts are in the page. */
function PartList({
  parts,
  chosen,
  onItem,
}: {
  parts: readonly Part[];
  chosen: string | undefined;
  onItem: (path: string) => void;
}) {
  const scroll = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: parts.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW,
    overscan: 8,
  });
  // The part that is shown below may have been chosen elsewhere: by urgency, or by the address.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a list that changes is not scrolled
  useEffect(() => {
    const at = parts.findIndex(({ path }) => path === chosen);
    if (at >= 0) virtual.scrollToIndex(at);
  }, [chosen]);
  return (
    <div
      ref={scroll}
      className="items"
      style={{ height: Math.min(SHOWN, Math.max(1, parts.length)) * ROW + 2 }}
    >
      <ul style={{ height: virtual.getTotalSize(), position: "relative" }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const { path, state, steps, place } = parts[index]!;
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
  );
}

function attemptsOf(steps: readonly StepView[]): string {
  const further = steps.reduce((sum, { attempt }) => sum + Math.max(0, attempt - 1), 0);
  return further > 0 ? `${further} retried` : "";
}
