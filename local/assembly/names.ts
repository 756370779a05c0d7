import { createHash } from "node:crypto";

/** "Stack-LogicalId-0123456789ab": readable, stable for the path, at most 60 characters. */
export function generatedName(path: string, stack: string, logicalId: string): string {
  const hash = createHash("sha256").update(path).digest("hex").slice(0, 12);
  return `${stack.slice(0, 23)}-${logicalId.slice(0, 23)}-${hash}`;
}
