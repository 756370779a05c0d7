import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from "react";
import { type Connection, followChanges } from "../api/live.ts";
import { queriesToRefetch } from "../api/refresh.ts";
import type { FeedChange } from "../api/types.ts";

type Listener = (changes: FeedChange[]) => void;

const Connected = createContext<Connection>("connecting");
const Listeners = createContext<Set<Listener>>(new Set());

/** A busy app changes many times a second: changes are handled in batches. */
const GATHER = 700;

export function Live({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const [connection, setConnection] = useState<Connection>("connecting");
  const [listeners] = useState(() => new Set<Listener>());
  useEffect(() => {
    let gathered: FeedChange[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const spread = () => {
      timer = undefined;
      const changes = gathered;
      gathered = [];
      for (const queryKey of queriesToRefetch(changes)) void queries.invalidateQueries({ queryKey });
      for (const listener of listeners) listener(changes);
    };
    const stop = followChanges({
      connection: setConnection,
      missed: () => void queries.invalidateQueries(),
      changes: (changes) => {
        gathered.push(...changes);
        timer ??= setTimeout(spread, GATHER);
      },
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [queries, listeners]);
  return (
    <Connected value={connection}>
      <Listeners value={listeners}>{children}</Listeners>
    </Connected>
  );
}

export const useConnection = (): Connection => useContext(Connected);

/** Calls with the changes, as long as the component is mounted. */
export function useChanges(listener: Listener): void {
  const listeners = useContext(Listeners);
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => {
    const call: Listener = (changes) => latest.current(changes);
    listeners.add(call);
    return () => {
      listeners.delete(call);
    };
  }, [listeners]);
}
