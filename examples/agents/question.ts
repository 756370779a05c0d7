import { createHash } from "node:crypto";
import type { Payload } from "./protocol.ts";

/** The fingerprint of a question, independent of the order of its fields. */
export function fingerprint(capability: string, payload: Payload): string {
  return createHash("sha256")
    .update(`${capability} ${canonical(payload)}`)
    .digest("hex")
    .slice(0, 16);
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? "null";
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`).join()}}`;
}
