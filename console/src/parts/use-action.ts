import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError, change } from "../api/client.ts";
import { runQuery } from "../api/queries.ts";
import type { Outcome, RunDetail } from "../api/types.ts";
import { titleOf } from "../app/needs.ts";
import { workflowOf } from "../text/run-id.ts";
import { useToast } from "./toasts.tsx";

/**
 * Requests an action and shows its outcome. The idempotency key stays the same until there is a response, so
 * that a retry after a lost response does not execute it twice.
 */
export function useAction(
  resource: string,
  refresh: readonly string[][],
  onDone?: (outcome: Outcome) => void,
) {
  const queries = useQueryClient();
  const notify = useToast();
  const [key, setKey] = useState(() => crypto.randomUUID());
  return useMutation({
    mutationFn: (body: unknown) => change(resource, body, key),
    onSuccess: (outcome) => {
      setKey(crypto.randomUUID());
      notify(messageOf(outcome, queries));
      for (const queryKey of refresh) void queries.invalidateQueries({ queryKey });
      onDone?.(outcome);
    },
    onError: (error) => {
      if (error instanceof ApiError && error.status > 0 && error.status < 500) setKey(crypto.randomUUID());
    },
  });
}

/** What was done, with the title of the run in place of its id. */
function messageOf({ says, run }: Outcome, queries: QueryClient): string {
  if (run === undefined) return says;
  const known = queries.getQueryData<RunDetail>(runQuery(run).queryKey);
  return says.replaceAll(run, titleOf(known ?? { workflow: workflowOf(run), run }));
}
