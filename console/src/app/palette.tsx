import { type KeyboardEvent, useId, useState } from "react";
import { Badge } from "../parts/badge.tsx";
import { useModal } from "../parts/dialog.tsx";
import { Icon } from "../parts/icon.tsx";
import { type Entry, usePaletteEntries } from "./palette-entries.ts";

/** Finds pages, workflows, events and runs by name, and opens them. */
export function Palette({ onClose }: { onClose: () => void }) {
  const dialog = useModal();
  const list = useId();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const found = usePaletteEntries(text);
  const chosen = Math.min(at, found.length - 1);
  const choose = (entry: Entry | undefined) => {
    if (!entry) return;
    onClose();
    entry.go();
  };
  const pressed = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by === undefined && event.key !== "Enter") return;
    event.preventDefault();
    if (by === undefined) choose(found[chosen]);
    else setAt((chosen + by + found.length) % Math.max(1, found.length));
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a click outside closes it; Escape closes it natively
    <dialog
      ref={dialog}
      className="dialog palette"
      aria-label="Go to"
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => event.target === dialog.current && onClose()}
    >
      <input
        className="input"
        role="combobox"
        aria-label="Go to a page, workflow, event or run"
        aria-expanded={true}
        aria-controls={list}
        aria-activedescendant={found.length > 0 ? `${list}-${chosen}` : undefined}
        placeholder="Page, workflow, event, run id or subject"
        value={text}
        onChange={({ target }) => {
          setText(target.value);
          setAt(0);
        }}
        onKeyDown={pressed}
      />
      <div id={list} role="listbox" aria-label="Found" className="palette-list">
        {found.map((entry, index) => (
          <Option
            key={entry.key}
            id={`${list}-${index}`}
            entry={entry}
            isChosen={index === chosen}
            onChoose={() => choose(entry)}
            onPoint={() => setAt(index)}
          />
        ))}
      </div>
      {found.length === 0 && <p className="bar detail">Nothing found.</p>}
    </dialog>
  );
}

function Option({
  id,
  entry: { icon, name, detail, run },
  isChosen,
  onChoose,
  onPoint,
}: {
  id: string;
  entry: Entry;
  isChosen: boolean;
  onChoose: () => void;
  onPoint: () => void;
}) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the keys
    <div
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={isChosen}
      className="row"
      onClick={onChoose}
      onMouseMove={onPoint}
    >
      <Icon name={icon} size={14} />
      <span className="clip">{name}</span>
      <span className="grow detail clip">{detail}</span>
      {run && <Badge state={run.status} />}
    </div>
  );
}
