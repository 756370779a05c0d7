import type { Counts, MapRun, Phase } from "./frame.ts";

/** The status of a Map Run, as DescribeMapRun returns it. Times in milliseconds since the epoch. */
export interface MapRunState extends MapRun {
  status: "RUNNING" | "SUCCEEDED" | "FAILED" | "ABORTED";
  stopped: number | null;
  concurrency: number;
  /** Child workflows. */
  executions: Counts & { aborted: number };
  items: Counts & { aborted: number };
  /** Whether the results were written to S3. */
  exported: boolean;
}

const NOTHING: Counts = { length: 0, running: 0, succeeded: 0, failed: 0 };

/** The Map Run that the phase is part of. */
export function mapRunOf(phase: Phase): MapRun | undefined {
  if (phase.kind === "write") return phase.map.run;
  return phase.kind === "map" || phase.kind === "read" ? phase.run : undefined;
}

/** The Map Run of the phase at `now`; what runs when it ends is aborted. */
export function mapRunState(
  phase: Phase,
  status: MapRunState["status"],
  now: number,
  exported = false,
): MapRunState {
  const map = phase.kind === "write" ? phase.map : phase;
  const counts = map.kind === "map" ? map : NOTHING;
  const ended = status !== "RUNNING";
  const settled = ({ length, running, succeeded, failed }: Counts) => ({
    length,
    succeeded,
    failed,
    running: ended ? 0 : running,
    aborted: ended ? running : 0,
  });
  return {
    ...mapRunOf(phase)!,
    status,
    stopped: ended ? now : null,
    concurrency: map.kind === "map" || map.kind === "read" ? map.concurrency : 0,
    executions: settled(counts),
    items: settled(map.kind === "map" && map.items ? map.items : counts),
    exported,
  };
}
