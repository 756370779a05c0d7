import { ServiceError } from "../kernel/errors.ts";
import { ownerOf, type SecretRow } from "./secrets.ts";

interface Filter {
  Key?: string;
  Values?: string[];
}

interface ListInput {
  Filters?: Filter[];
  MaxResults?: number;
  NextToken?: string;
  SortOrder?: string;
  SortBy?: string;
}

const PAGE = 100;

/** The attribute of a filter. A filter's value is a prefix; "!" before it negates it. */
const TEXTS: Record<string, (secret: SecretRow) => string[]> = {
  name: ({ name }) => [name],
  description: ({ description }) => [description ?? ""],
  all: ({ name, description }) => [name, description ?? ""],
  "owning-service": ({ name }) => [ownerOf(name) ?? []].flat(),
  // No secret here has tags or replicas.
  "tag-key": () => [],
  "tag-value": () => [],
  "primary-region": () => [],
};

const SORTS: Record<string, (secret: SecretRow) => string | number> = {
  name: ({ name }) => name,
  "created-date": ({ created }) => created,
  "last-changed-date": ({ changed }) => changed,
  "last-accessed-date": ({ created }) => created,
};

/** One page of the secrets that match all filters. Throws InvalidNextTokenException, ValidationException. */
export function listed(all: SecretRow[], input: ListInput): { page: SecretRow[]; NextToken?: string } {
  const { Filters = [], MaxResults = PAGE, NextToken, SortOrder = "desc", SortBy = "created-date" } = input;
  oneOf("sortOrder", SortOrder, ["asc", "desc"]);
  oneOf("sortBy", SortBy, Object.keys(SORTS));
  const found = all.filter((secret) => Filters.every((filter) => passes(secret, filter)));
  const rankOf = SORTS[SortBy]!;
  const compare = (one: SecretRow, other: SecretRow) => {
    const [a, b] = [rankOf(one), rankOf(other)];
    return a < b ? -1 : a > b ? 1 : 0;
  };
  found.sort((one, other) => (SortOrder === "asc" ? compare(one, other) : compare(other, one)));
  const start = NextToken === undefined ? 0 : Number(NextToken);
  if (NextToken !== undefined && (!/^\d{1,9}$/.test(NextToken) || start >= all.length)) {
    throw new ServiceError("InvalidNextTokenException", "Invalid NextToken");
  }
  const end = start + MaxResults;
  return { page: found.slice(start, end), ...(end < found.length && { NextToken: String(end) }) };
}

function passes(secret: SecretRow, { Key = "", Values = [] }: Filter): boolean {
  oneOf("filters.1.member.key", Key, Object.keys(TEXTS));
  const texts = TEXTS[Key]!(secret).map((text) => text.toLowerCase());
  const begins = (value: string) => texts.some((text) => text.startsWith(value.toLowerCase()));
  return Values.some((value) => (value.startsWith("!") ? !begins(value.slice(1)) : begins(value)));
}

function oneOf(at: string, value: string, allowed: string[]): void {
  if (allowed.includes(value)) return;
  throw new ServiceError(
    "ValidationException",
    `1 validation error detected: Value '${value}' at '${at}' failed to satisfy constraint: Member must satisfy enum value set: [${allowed.join(", ")}]`,
  );
}
