import { createContext, type ReactNode, useContext } from "react";
import type { Session } from "../api/types.ts";

const Context = createContext<Session | undefined>(undefined);

export function SessionProvider({ session, children }: { session: Session; children: ReactNode }) {
  return <Context value={session}>{children}</Context>;
}

/** Who is signed in. What they may not do is shown as such; refusing it is up to the API. */
export function useSession(): Session {
  return useContext(Context)!;
}
