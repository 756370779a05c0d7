import type { Direction } from "./mode.ts";
import type { Refusal } from "./refusals.ts";

/** What a refusal means: what changed, and whom it breaks. */
export function describeRefusal(refusal: Refusal, direction: Direction, version: number): string {
  const changed = direction === "backward" ? narrowed(refusal) : widened(refusal);
  const whom =
    direction === "backward"
      ? `producers that send version ${version} ${habit(refusal)} are refused`
      : `subscribers deployed before refuse events of version ${version} ${habit(refusal)}`;
  return `${changed}: ${whom}.`;
}

/** For an unchanged producer: what the code no longer accepts. */
function narrowed({ path, kind, keyword, sent, taken }: Refusal): string {
  const what = place(path);
  switch (kind) {
    case "required":
      return `${what} became required`;
    case "type":
      return `${what} may no longer be ${article(sent)}${types(taken)}`;
    case "values":
      return sent === undefined ? `${what} takes only ${list(taken)} now` : `${what} lost ${values(sent)}`;
    case "bound":
      return `${what} got narrower, with ${keyword} ${taken}${sent === undefined ? "" : ` instead of ${sent}`}`;
    case "field":
      return `${what} is taken no longer`;
    case "other-fields":
      return `${what} takes no undeclared fields any more`;
    case "rule":
      return `${what} has another ${keyword}, ${JSON.stringify(taken)}${sent === undefined ? "" : ` instead of ${JSON.stringify(sent)}`}`;
  }
}

/** For an unchanged subscriber: what the code now allows producers to send. */
function widened({ path, kind, keyword, sent, taken }: Refusal): string {
  const what = place(path);
  switch (kind) {
    case "required":
      return sent ? `${what} may be left out now` : `${what} was removed`;
    case "type":
      return `${what} may now be ${article(sent)}`;
    case "values":
      return sent === undefined
        ? `${what} may now be other than ${list(taken)}`
        : `${what} got ${values(sent)}`;
    case "bound":
      return `${what} got wider, ${sent === undefined ? `without ${keyword} ${taken}` : `with ${keyword} ${sent} instead of ${taken}`}`;
    case "field":
      return `${what} is new`;
    case "other-fields":
      return `${what} may now have undeclared fields`;
    case "rule":
      return `${what} has ${sent === undefined ? "no" : "another"} ${keyword}${sent === undefined ? " any more" : `, ${JSON.stringify(sent)} instead of ${JSON.stringify(taken)}`}`;
  }
}

function habit({ kind }: Refusal): string {
  switch (kind) {
    case "required":
      return "without it";
    case "field":
      return "with it";
    case "other-fields":
      return "with others";
    case "values":
      return "with another value";
    default:
      return "with such a value";
  }
}

function place(path: string): string {
  return path ? `\`${path}\`` : "The payload";
}

function article(type: unknown): string {
  if (type === undefined) return "of any type";
  return type === "null" ? "null" : `${/^[aeiou]/.test(String(type)) ? "an" : "a"} ${type}`;
}

function types(taken: unknown): string {
  const named = (taken as (string | undefined)[]).map(article);
  return named.length === 0 ? "" : `, only ${named.join(" or ")}`;
}

function values(lost: unknown): string {
  return `the value${(lost as unknown[]).length === 1 ? "" : "s"} ${list(lost)}`;
}

function list(of: unknown): string {
  return (of as unknown[]).map((value) => JSON.stringify(value)).join(", ");
}
