import { invalidParameter } from "./errors.ts";

/** The group of a request, by its name, or by its ARN as identifier. */
export function groupName({ logGroupName, logGroupIdentifier }: any): string {
  const text = logGroupName ?? logGroupIdentifier;
  const name =
    typeof text === "string"
      ? text.replace(/^arn:aws[a-z-]*:logs:[^:]*:\d*:log-group:/, "").replace(/:\*$/, "")
      : "";
  if (/^[\w./#-]{1,512}$/.test(name)) return name;
  throw invalidParameter(
    `1 validation error detected: Value '${text}' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+`,
  );
}

/** A text that must be there. */
export function required(input: any, member: string): string {
  if (typeof input[member] === "string") return input[member];
  throw invalidParameter(
    `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
  );
}

export function streamName(text: unknown): string {
  if (typeof text === "string" && /^[^:*]{1,512}$/.test(text)) return text;
  throw invalidParameter(
    `1 validation error detected: Value '${text}' at 'logStreamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [^:*]*`,
  );
}

/** One page of rows that are ordered by `key`. `token` is the key of the last page's last row. */
export function pageOf<T>(
  rows: T[],
  limit: number,
  key: (row: T) => string,
): { rows: T[]; nextToken?: string } {
  const page = rows.slice(0, limit);
  return { rows: page, ...(rows.length > limit && { nextToken: key(page.at(-1)!) }) };
}
