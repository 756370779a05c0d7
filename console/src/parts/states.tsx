import type { ReactNode } from "react";
import { ApiError } from "../api/client.ts";
import { Icon, type IconName } from "./icon.tsx";

/** An empty list, what that means, and what to do. */
export function Empty({ icon, title, children }: { icon: IconName; title: string; children?: ReactNode }) {
  return (
    <div className="state">
      <Icon name={icon} size={28} />
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** An error: what happened, what to do, and a retry. */
export function Failed({ error, again }: { error: unknown; again?: () => void }) {
  const known = error instanceof ApiError ? error : undefined;
  return (
    <div className="state" role="alert">
      <Icon name={known?.status === 404 ? "search" : "warning"} size={28} />
      <h2>{titleOf(known)}</h2>
      {/* The API's text on what does not exist is for callers of the API. */}
      {known?.status !== 404 && (
        <p className="wrap-anywhere">{error instanceof Error ? error.message : String(error)}</p>
      )}
      <p className="detail">{adviceOn(known)}</p>
      {again && known?.status !== 403 && (
        <div className="row">
          <button type="button" className="button" onClick={again}>
            <Icon name="retry" /> Try again
          </button>
        </div>
      )}
    </div>
  );
}

function titleOf(error: ApiError | undefined): string {
  if (error?.status === 0) return "The API is not reachable";
  if (error?.status === 403) return "Access denied";
  if (error?.status === 404) return "Not found";
  return "Loading failed";
}

function adviceOn(error: ApiError | undefined): string {
  if (error?.status === 0)
    return "Locally, check that “npm start” is running. The console retries automatically.";
  if (error?.status === 403) return "Ask an operator for a token with the required role.";
  if (error?.status === 404) return "It may have been removed, or its id or name is incomplete.";
  if (error !== undefined && error.status >= 500) return "See the log of the API's function.";
  return "Change the request, or try again.";
}

/** Placeholder lines while data is loading. */
export function Loading({ lines = 6, label = "Loading" }: { lines?: number; label?: string }) {
  return (
    <div className="stack" style={{ padding: 16 }} role="status">
      <span className="unseen">{label}</span>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same
        <span key={line} className="skeleton" style={{ width: `${88 - ((line * 17) % 46)}%` }} />
      ))}
    </div>
  );
}
