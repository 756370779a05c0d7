import type { Problem } from "../../../lib/contract/api/index.ts";

type Code = Problem["error"]["code"];

const STATUS = {
  "bad-request": 400,
  unauthenticated: 401,
  forbidden: 403,
  "not-found": 404,
  conflict: 409,
  "too-large": 413,
  invalid: 422,
  internal: 500,
} as const satisfies Record<Code, number>;

/** An error that is returned to the caller. The message says what was wrong and what to do. */
export class ApiError extends Error {
  readonly code: Code;
  private readonly more: Pick<Problem["error"], "path" | "findings">;

  constructor(code: Code, message: string, more: Pick<Problem["error"], "path" | "findings"> = {}) {
    super(message);
    this.code = code;
    this.more = more;
  }

  get status(): (typeof STATUS)[Code] {
    return STATUS[this.code];
  }

  get problem(): Problem {
    return { error: { code: this.code, message: this.message, ...this.more } };
  }
}

/** The requested resource does not exist. */
export function notFound(what: string, name: string, where: string): ApiError {
  return new ApiError("not-found", `There is no ${what} "${name}". ${where}`);
}

/** The value, or an error if it is undefined. */
export function found<Item>(item: Item | undefined, what: string, name: string, where: string): Item {
  if (item === undefined) throw notFound(what, name, where);
  return item;
}
