import type { LogEntry, WrittenLineView } from "../api/types.ts";
import { nodeOfPath } from "../text/paths.ts";

const ERRORS = /\.(failed|stuck|timed-out|dead-lettered|quarantined|late|overdue)$/;

/** The entries of a node and its content, that contain a text, that are about an error. */
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

const BAD_LEVELS = new Set(["ERROR", "FATAL"]);

/** The same for lines that handlers wrote. */
export function filterLines(
  lines: readonly WrittenLineView[],
  { node, text, errors }: Parameters<typeof filterLog>[1],
): WrittenLineView[] {
  const wanted = text?.toLowerCase();
  return lines.filter(({ level, path, step, message, fields }) => {
    if (errors && !BAD_LEVELS.has(level)) return false;
    const place = nodeOfPath(path ?? step ?? "");
    if (node !== undefined && place !== node && !place.startsWith(`${node}/`)) return false;
    const said = `${level} ${message} ${path ?? ""} ${fields === undefined ? "" : JSON.stringify(fields)}`;
    return wanted === undefined || said.toLowerCase().includes(wanted);
  });
}

/** The nodes with entries in a log, in order. */
export function nodesIn(entries: readonly LogEntry[]): string[] {
  return [...new Set(entries.flatMap(({ path }) => (path === undefined ? [] : nodeOfPath(path))))];
}
