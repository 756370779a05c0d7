import type { LogEntry } from "../api/types.ts";
import { nodeOfPath } from "../text/paths.ts";

const ERRORS = /\.(failed|stuck|timed-out|dead-lettered|quarantined|late|overdue)$/;

/** The entries of a node and what lies in it, that contain a text, that are about an error. */
export function filterLog(
  entries: readonly LogEntry[],
  { node, text, errors }: { node?: string | undefined; text?: string | undefined; errors: boolean },
): LogEntry[] {
  const wanted = text?.toLowerCase();
  return entries.filter(({ name, path, data }) => {
    if (errors && !ERRORS.test(name)) return false;
    const place = nodeOfPath(path ?? "");
    if (node !== undefined && place !== node && !place.startsWith(`${node}/`)) return false;
    return (
      wanted === undefined || `${name} ${path ?? ""} ${JSON.stringify(data)}`.toLowerCase().includes(wanted)
    );
  });
}

/** The nodes that a log has entries of, in order. */
export function nodesIn(entries: readonly LogEntry[]): string[] {
  return [...new Set(entries.flatMap(({ path }) => (path === undefined ? [] : nodeOfPath(path))))];
}
