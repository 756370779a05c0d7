import { type Back, Page } from "./page.tsx";
import { Failed, Loading } from "./states.tsx";

/** The page of something while it is loading, or if it could not be loaded. */
export function UnloadedPage({
  title,
  back,
  query: { error, refetch },
}: {
  title: string;
  back: Back;
  query: { error: unknown; refetch: () => unknown };
}) {
  return (
    <Page title={title} back={back}>
      {error ? <Failed error={error} again={() => void refetch()} /> : <Loading />}
    </Page>
  );
}
