import { useEffect, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { Dialog } from "../parts/dialog.tsx";
import { PLACES } from "./places.ts";

/** A second key that comes later than this starts a new shortcut. */
const CHORD = 1_200;

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

/**
 * Keys that work anywhere: Ctrl-K for the palette, "/" for the search, "g" and a letter for a page, "?" for
 * help.
 */
export function useShortcuts(): {
  open: boolean;
  show: () => void;
  hide: () => void;
  finding: boolean;
  find: (open: boolean) => void;
} {
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const [finding, find] = useState(false);
  const going = useRef(0);
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
        event.preventDefault();
        if (!document.querySelector("dialog[open]")) find(true);
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (document.querySelector("dialog[open]")) return;
      if (event.key === "?") return setOpen(true);
      if (event.key === "/") {
        const search = document.querySelector<HTMLInputElement>("[data-search]");
        if (!search) return;
        event.preventDefault();
        return search.select();
      }
      if (event.key === "g") {
        going.current = event.timeStamp;
        return;
      }
      if (event.timeStamp - going.current > CHORD) return;
      going.current = 0;
      const place = PLACES.flatMap(({ places }) => places).find(({ key }) => key === event.key);
      if (place) void navigate(place.path);
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, [navigate]);
  return { open, show: () => setOpen(true), hide: () => setOpen(false), finding, find };
}

export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      <dl className="keys">
        {[
          [["Ctrl", "k"], "Go to a page, workflow, event or run"],
          [["/"], "Focus the search field"],
          [["j", "k"], "Next / previous row (also the arrow keys)"],
          [["Enter"], "Open the row"],
          [["→", "←"], "In a graph: open / close the box"],
          [["[", "]"], "In a run: previous / next event"],
          [["?"], "Show this list"],
          ...PLACES.flatMap(({ places }) => places).map(({ key, name }) => [["g", key], name] as const),
        ].map(([keys, meaning]) => (
          <div key={meaning as string} style={{ display: "contents" }}>
            <dt className="row">
              {(keys as string[]).map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{meaning as string}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
