import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from "react";
import { type Connection, followChanges } from "../api/live.ts";
import { questionsToAskAgain } from "../api/refresh.ts";
import type { FeedChange } from "../api/types.ts";

type Heard = (changes: FeedChange[]) => void;

const Connected = createContext<Connection>("connecting");
const Heards = createContext<Set<Heard>>(new Set());

/** A busy app changes many times a second: changes are handled in batches. */
const GATHER = 700;

export function Live({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const [connection, setConnection] = useState<Connection>("connecting");
  const [heards] = useState(() => new Set<Heard>());
  useEffect(() => {
    let gathered: FeedChange[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const spread = () => {
      timer = undefined;
      const changes = gathered;
      gathered = [];
      for (const queryKey of questionsToAskAgain(changes)) void queries.invalidateQueries({ queryKey });
      for (const heard of heards) heard(changes);
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
  }, [queries, heards]);
  return (
    <Connected value={connection}>
      <Heards value={heards}>{children}</Heards>
    </Connected>
  );
}

export const useConnection = (): Connection => useContext(Connected);

/** Calls with the changes, as long as the component is mounted. */
export function useChanges(heard: Heard): void {
  const heards = useContext(Heards);
  const latest = useRef(heard);
  useEffect(() => {
    latest.current = heard;
  });
  useEffect(() => {
    const call: Heard = (changes) => latest.current(changes);
    heards.add(call);
    return () => {
      heards.delete(call);
    };
  }, [heards]);
}
