import { useCallback, useEffect, useRef } from "react";
import { useSearchParams } from "react-router";

/** Filters that are stored in the address, so that it can be shared. Setting one to "" removes it. */
export function useFilters<Name extends string>(
  names: readonly Name[],
): [Record<Name, string | undefined>, (changes: Partial<Record<Name, string>>) => void] {
  const [params, setParams] = useSearchParams();
  const filters = Object.fromEntries(names.map((name) => [name, params.get(name) ?? undefined])) as Record<
    Name,
    string | undefined
  >;
  // The next change may happen before the page has been rendered with the last one.
  const latest = useRef(params);
  useEffect(() => {
    latest.current = params;
  }, [params]);
  const set = useCallback(
    (changes: Partial<Record<Name, string>>) => {
      const after = new URLSearchParams(latest.current);
      for (const [name, value] of Object.entries<string | undefined>(changes)) {
        if (value) after.set(name, value);
        else after.delete(name);
      }
      latest.current = after;
      setParams(after, { replace: true });
    },
    [setParams],
  );
  return [filters, set];
}
