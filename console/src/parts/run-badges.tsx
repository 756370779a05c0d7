import type { RunSummary } from "../api/types.ts";
import { Badge } from "./badge.tsx";

/** The status of a run, and what else there is to know at once. */
export function RunBadges({ run: { status, stuck, paused, epoch, waiting } }: { run: RunSummary }) {
  const awaited = waiting?.map((one) => one.for).join(", ");
  return (
    <span className="row" style={{ gap: 4 }} title={awaited && `Waits for ${awaited}`}>
      <Badge state={awaited && status === "running" ? "waiting" : status} />
      {stuck && <Badge state="stuck" />}
      {paused && <Badge state="paused" />}
      {epoch > 1 && (
        <span className="chip" title="Number of epochs">
          ×{epoch}
        </span>
      )}
    </span>
  );
}
