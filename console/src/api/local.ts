import { useQuery } from "@tanstack/react-query";
import { useSession } from "../app/session.tsx";
import { commandLine } from "../text/command-line.ts";
import type { Reload } from "./reload.ts";

/** Milliseconds. After an editor saves a file, the next poll finds it. */
const POLL_EVERY = 2_000;

/** The status of the local cloud. */
interface LocalStatus {
  /** How a user calls the command line. */
  command?: string;
  reload?: Reload;
}

/** Empty if there is no local cloud at the address of this page. */
export async function localStatus(signal: AbortSignal): Promise<LocalStatus> {
  const answer = await fetch(new URL("/_millrace/status", document.baseURI), { signal });
  return answer.ok ? ((await answer.json()) as LocalStatus) : {};
}

/** Undefined on AWS. */
function useLocalStatus(): LocalStatus | undefined {
  const { app } = useSession();
  const { data } = useQuery({
    queryKey: ["local"],
    queryFn: ({ signal }) => localStatus(signal),
    enabled: app.deployedOn === "local",
    refetchInterval: POLL_EVERY,
    retry: false,
  });
  return data;
}

/** The local cloud's report about changed code; undefined on AWS, and if code is not reloaded. */
export function useReload(): Reload | undefined {
  return useLocalStatus()?.reload;
}

/** How the user calls the command line for this deployment. */
export function useCommandLine(): string {
  const { app } = useSession();
  return commandLine(app, useLocalStatus()?.command);
}
