import { QueryClientProvider } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { RouterProvider } from "react-router";
import { token } from "../api/client.ts";
import { useSessionQuery } from "../api/queries.ts";
import { Failed, Loading } from "../parts/states.tsx";
import { Toasts } from "../parts/toasts.tsx";
import { Live } from "./live.tsx";
import { createQueryClient } from "./query-client.ts";
import { createRouter, preloadPages } from "./router.tsx";
import { SessionProvider } from "./session.tsx";
import { SignIn } from "./sign-in.tsx";
import { takeTokenFromAddress } from "./token-in-address.ts";

/** In milliseconds: the first page's own requests come first. */
const PRELOAD_AFTER = 1_000;

export function App() {
  const [signedIn, setSignedIn] = useState(() => token.get() !== null);
  const [refused, setRefused] = useState(false);
  const [queries] = useState(() =>
    createQueryClient(() => {
      setRefused(true);
      setSignedIn(false);
    }),
  );
  // An address with a token may be opened in a tab that already shows the page.
  useEffect(() => {
    const look = () => {
      if (takeTokenFromAddress()) location.reload();
    };
    addEventListener("hashchange", look);
    return () => removeEventListener("hashchange", look);
  }, []);
  if (!signedIn) {
    return (
      <SignIn
        refused={refused}
        onToken={() => {
          setRefused(false);
          setSignedIn(true);
        }}
      />
    );
  }
  return (
    <QueryClientProvider client={queries}>
      <SignedIn
        onSignOut={() => {
          token.forget();
          queries.clear();
          setRefused(false);
          setSignedIn(false);
        }}
      />
    </QueryClientProvider>
  );
}

function SignedIn({ onSignOut }: { onSignOut: () => void }) {
  const session = useSessionQuery(true);
  const [router] = useState(() => createRouter(onSignOut));
  const isReady = session.data !== undefined;
  useEffect(() => {
    if (!isReady) return;
    // What fails here is loaded again, and reported, when it is opened.
    const waiting = setTimeout(() => void preloadPages().catch(() => undefined), PRELOAD_AFTER);
    return () => clearTimeout(waiting);
  }, [isReady]);
  if (session.data === undefined) {
    return (
      <main className="sign-in">
        {session.error ? (
          <Failed error={session.error} again={() => void session.refetch()} />
        ) : (
          <Loading lines={2} />
        )}
      </main>
    );
  }
  return (
    <SessionProvider session={session.data}>
      <Live>
        <Toasts>
          <RouterProvider router={router} />
        </Toasts>
      </Live>
    </SessionProvider>
  );
}
