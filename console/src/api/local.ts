import { useQuery } from "@tanstack/react-query";
import { useSession } from "../app/session.tsx";
import type { Reload } from "./reload.ts";

/** Milliseconds. After an editor saves a file, the next poll finds it. */
const POLL_EVERY = 2_000;

/** The local cloud's report about changed code; undefined on AWS, and if code is not reloaded. */
export function useReload(): Reload | undefined {
  const { app } = useSession();
  const { data } = useQuery({
    queryKey: ["local"],
    queryFn: async ({ signal }) => {
      const answer = await fetch(new URL("/_millrace/status", document.baseURI), { signal });
      return answer.ok ? ((await answer.json()) as { reload?: Reload }) : {};
    },
    enabled: app.deployedOn === "local",
    refetchInterval: POLL_EVERY,
    retry: false,
  });
  return data?.reload;
}
