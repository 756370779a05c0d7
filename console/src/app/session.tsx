import { createContext, type ReactNode, useContext } from "react";
import type { Session } from "../api/types.ts";

const Context = createContext<Session | undefined>(undefined);

export function SessionProvider({ session, children }: { session: Session; children: ReactNode }) {
  return <Context value={session}>{children}</Context>;
}

/** The signed-in user. Forbidden actions are shown as such; the API refuses them. */
export function useSession(): Session {
  return useContext(Context)!;
}
