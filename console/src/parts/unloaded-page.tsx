import type { ReactNode } from "react";
import { type Back, Page } from "./page.tsx";
import { Failed, Loading } from "./states.tsx";

/** The page of something while it is loading, or if it could not be loaded. */
export function UnloadedPage({
  title,
  heading,
  back,
  query: { error, refetch },
}: {
  title: string;
  heading?: ReactNode;
  back: Back;
  query: { error: unknown; refetch: () => unknown };
}) {
  return (
    <Page title={title} heading={heading} back={back}>
      {error ? <Failed error={error} again={() => void refetch()} /> : <Loading />}
    </Page>
  );
}
