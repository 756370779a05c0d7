import type { ArtifactView } from "../api/types.ts";
import { isUnified } from "../text/difference.ts";

/** The best view of a value of an approval. */
export type Kind =
  | { as: "artifact"; artifact: ArtifactView }
  | { as: "gallery"; artifacts: ArtifactView[] }
  | { as: "diff"; text: string }
  | { as: "comparison"; before: string; after: string }
  | { as: "prose"; text: string }
  | { as: "parts"; parts: [string, unknown][] }
  | { as: "json"; value: unknown };

export function kindOf(value: unknown): Kind {
  if (typeof value === "string")
    return isUnified(value) ? { as: "diff", text: value } : { as: "prose", text: value };
  if (typeof value === "number" || typeof value === "boolean") return { as: "prose", text: String(value) };
  if (isArtifact(value)) return { as: "artifact", artifact: value };
  if (Array.isArray(value)) {
    return value.length > 0 && value.every(isArtifact)
      ? { as: "gallery", artifacts: value }
      : { as: "json", value };
  }
  if (typeof value !== "object" || value === null) return { as: "json", value };
  const { before, after, ...rest } = value as Record<string, unknown>;
  if (before !== undefined && after !== undefined && Object.keys(rest).length === 0)
    return { as: "comparison", before: asText(before), after: asText(after) };
  // An object that contains files is split, so that they are shown; other objects are shown as a whole.
  return holdsArtifact(value) ? { as: "parts", parts: Object.entries(value) } : { as: "json", value };
}

const SHORT = 200;

/** A value that is short enough to be shown inline. */
export function isShort(value: unknown): boolean {
  if (typeof value === "string") return value.length <= SHORT && !value.includes("\n");
  return typeof value === "number" || typeof value === "boolean";
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

function isArtifact(value: unknown): value is ArtifactView {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as ArtifactView).artifact === "string" &&
    typeof (value as ArtifactView).type === "string" &&
    typeof (value as ArtifactView).name === "string"
  );
}

function holdsArtifact(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return isArtifact(value) || Object.values(value).some(holdsArtifact);
}
