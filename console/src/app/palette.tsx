import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useDeferredValue, useEffect, useId, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { get } from "../api/client.ts";
import { useEvents, useWorkflows } from "../api/queries.ts";
import type { Page, RunSummary } from "../api/types.ts";
import { Badge } from "../parts/badge.tsx";
import { Icon, type IconName } from "../parts/icon.tsx";
import { titleOf } from "./needs.ts";
import { type Choice, ranked } from "./palette-rank.ts";
import { PLACES } from "./places.ts";
import { toggleTheme } from "./theme.ts";

/** From this number of letters, runs are searched by id and subject. */
const LEAST = 2;

interface Entry extends Choice {
  icon: IconName;
  detail: string;
  run?: RunSummary;
  go: () => void;
}

/** Finds pages, workflows, events and runs by name, and opens them. */
export function Palette({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate();
  const dialog = useRef<HTMLDialogElement>(null);
  const list = useId();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const workflows = useWorkflows();
  const events = useEvents();
  const wanted = useDeferredValue(text.trim());
  const runs = useQuery({
    queryKey: ["palette", wanted],
    queryFn: ({ signal }) => get<Page<RunSummary>>("runs", { text: wanted, limit: 8 }, signal),
    enabled: wanted.length >= LEAST,
    staleTime: 5_000,
  });
  useEffect(() => {
    const element = dialog.current!;
    if (!element.open) element.showModal();
    return () => element.close();
  }, []);
  const to = (path: string) => () => void navigate(path);
  const entries: Entry[] = [
    ...PLACES.flatMap(({ places }) => places).map(({ path, name, icon }) => ({
      key: path,
      name,
      icon,
      detail: "page",
      go: to(path),
    })),
    ...(workflows.data ?? []).map(({ name }) => ({
      key: `w ${name}`,
      name,
      icon: "workflow" as const,
      detail: "workflow",
      go: to(`/workflows/${encodeURIComponent(name)}`),
    })),
    ...(events.data ?? []).map(({ name }) => ({
      key: `e ${name}`,
      name,
      icon: "event" as const,
      detail: "event",
      go: to(`/events/${encodeURIComponent(name)}`),
    })),
    { key: "theme", name: "Switch the theme", icon: "sun", detail: "action", go: toggleTheme },
  ];
  const found: Entry[] = [
    ...ranked(entries, text),
    ...(wanted.length >= LEAST ? (runs.data?.items ?? []) : []).map((run) => ({
      key: run.run,
      name: titleOf(run),
      icon: "runs" as const,
      detail: run.run,
      run,
      go: to(`/runs/${encodeURIComponent(run.run)}`),
    })),
  ].slice(0, 14);
  const chosen = Math.min(at, found.length - 1);
  const choose = (entry: Entry | undefined) => {
    if (!entry) return;
    onClose();
    entry.go();
  };
  const pressed = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by !== undefined) {
      event.preventDefault();
      setAt((chosen + by + found.length) % Math.max(1, found.length));
    }
    if (event.key === "Enter") {
      event.preventDefault();
      choose(found[chosen]);
    }
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
        autoFocus
        value={text}
        onChange={({ target }) => {
          setText(target.value);
          setAt(0);
        }}
        onKeyDown={pressed}
      />
      <div id={list} role="listbox" aria-label="Found" className="palette-list">
        {found.map((entry, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the keys
          <div
            key={entry.key}
            id={`${list}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === chosen}
            className="row"
            onClick={() => choose(entry)}
            onMouseMove={() => setAt(index)}
          >
            <Icon name={entry.icon} size={14} />
            <span className="clip">{entry.name}</span>
            <span className="grow detail clip">{entry.detail}</span>
            {entry.run && <Badge state={entry.run.status} />}
          </div>
        ))}
      </div>
      {found.length === 0 && <p className="bar detail">Nothing found.</p>}
    </dialog>
  );
}
