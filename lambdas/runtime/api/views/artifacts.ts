import type { ArtifactView } from "../../../../lib/contract/api/index.ts";

/** A value in which each file's address is replaced by what a page needs to show the file. */
export function withArtifacts(value: unknown): unknown {
  if (typeof value === "string") return value.startsWith("s3://") ? artifactView(value) : value;
  if (Array.isArray(value)) return value.map(withArtifacts);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withArtifacts(inner)]));
}

function artifactView(uri: string): ArtifactView {
  const name = uri.slice(uri.lastIndexOf("/") + 1);
  return { artifact: `artifacts?uri=${encodeURIComponent(uri)}`, type: typeOf(name), name };
}

const TYPES: Record<string, string> = {
  css: "text/css; charset=utf-8",
  csv: "text/csv; charset=utf-8",
  gif: "image/gif",
  html: "text/html; charset=utf-8",
  ico: "image/x-icon",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  js: "text/javascript; charset=utf-8",
  json: "application/json; charset=utf-8",
  map: "application/json; charset=utf-8",
  md: "text/markdown; charset=utf-8",
  mp3: "audio/mpeg",
  mp4: "video/mp4",
  pdf: "application/pdf",
  png: "image/png",
  svg: "image/svg+xml",
  txt: "text/plain; charset=utf-8",
  vtt: "text/vtt; charset=utf-8",
  wav: "audio/wav",
  webm: "video/webm",
  webp: "image/webp",
  woff2: "font/woff2",
};

/** The content type of a file by its name. */
export function typeOf(name: string): string {
  const extension = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  return TYPES[extension] ?? "application/octet-stream";
}
