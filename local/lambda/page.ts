import { invalidParameter } from "./errors.ts";

/** One page of a list: MaxItems entries after Marker (a position that the last page returned). */
export function page<T>(
  items: T[],
  { MaxItems, Marker }: any,
  most = 50,
): { items: T[]; NextMarker?: string } {
  const start = Number(Buffer.from(String(Marker ?? ""), "base64").toString() || 0);
  if (!Number.isInteger(start) || start < 0) throw invalidParameter("Invalid Marker.");
  const end = start + Math.min(Number(MaxItems ?? most) || most, most);
  return {
    items: items.slice(start, end),
    ...(end < items.length && { NextMarker: Buffer.from(String(end)).toString("base64") }),
  };
}
