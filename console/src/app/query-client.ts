import { QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiError, token } from "../api/client.ts";

/** Called when the API rejects the token. */
type SignedOut = () => void;

export function createQueryClient(signedOut: SignedOut): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        if (!(error instanceof ApiError) || error.status !== 401) return;
        token.forget();
        signedOut();
      },
    }),
    defaultOptions: {
      queries: {
        // Live updates invalidate responses; this is for data without live updates.
        staleTime: 5_000,
        retry: (failures, error) => failures < 2 && mayPass(error),
        retryDelay: (failures) => 500 * 2 ** failures,
      },
    },
  });
}

/** Whether a retry may help: no response at all, or an error of the API. */
function mayPass(error: Error): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status === 429 || error.status >= 500);
}
