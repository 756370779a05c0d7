import { invalidParameter } from "./errors.ts";

/**
 * The filter patterns of CloudWatch Logs for plain text and JSON lines. See
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 *
 *     error "not found" -retry        all terms, and not the last
 *     ?error ?fatal                   any term
 *     %user-[0-9]+%                   a regular expression
 *     { $.level = "ERROR" && $.took > 100 }
 *
 * Throws InvalidParameterException for an invalid pattern.
 */
export function compileFilterPattern(pattern: string): (line: string) => boolean {
  const text = pattern.trim();
  if (text === "") return () => true;
  if (text.startsWith("{")) return jsonPattern(text);
  if (text.startsWith("["))
    throw invalidParameter("The local cloud does not serve space-delimited filter patterns.");
  return termPattern(text);
}

function termPattern(text: string): (line: string) => boolean {
  const terms = [...text.matchAll(/([?-]?)("(?:[^"\\]|\\.)*"|%[^%]*%|\S+)/g)].map(([, sign, term]) => ({
    sign,
    isIn: isIn(term!),
  }));
  const of = (wanted: string) => terms.filter(({ sign }) => sign === wanted).map(({ isIn }) => isIn);
  const [all, any, none] = [of(""), of("?"), of("-")];
  return (line) =>
    all.every((test) => test(line)) &&
    (any.length === 0 || all.length > 0 || any.some((test) => test(line))) &&
    !none.some((test) => test(line));
}

function isIn(term: string): (line: string) => boolean {
  if (term.startsWith("%") && term.endsWith("%") && term.length > 2) {
    const expression = regularExpression(term.slice(1, -1));
    return (line) => expression.test(line);
  }
  const text = term.startsWith('"') ? term.slice(1, -1).replace(/\\(.)/g, "$1") : term;
  return (line) => line.includes(text);
}

function regularExpression(source: string): RegExp {
  try {
    return new RegExp(source);
  } catch (error) {
    throw invalidParameter(`Invalid filter pattern: ${(error as Error).message}`);
  }
}

type Test = (event: unknown) => boolean;

const TOKEN =
  /\s*(?:(\$(?:\.[\w-]+|\[\d+\]|\[(?:"[^"]*"|'[^']*')\])+)|(&&|\|\||!=|>=|<=|=|>|<|\(|\)|\bIS\b|\bNOT\b|\bEXISTS\b|\bNULL\b|\bTRUE\b|\bFALSE\b)|("(?:[^"\\]|\\.)*")|(%[^%]*%)|([^\s()&|=<>!]+))/y;

/** `or` := `and` (|| `and`)*, `and` := `test` (&& `test`)*, `test` := ( `or` ) | selector comparison. */
function jsonPattern(text: string): (line: string) => boolean {
  const tokens = tokenize(text);
  let at = 0;
  const take = () => tokens[at++] ?? "";
  const fail = (): never => {
    throw invalidParameter(`Invalid filter pattern: ${text}`);
  };

  const test = (): Test => {
    const token = take();
    if (token === "(") {
      const inner = or();
      if (take() !== ")") fail();
      return inner;
    }
    if (!token.startsWith("$")) fail();
    return comparison(token, take(), take, fail);
  };
  const and = (): Test => {
    const tests = [test()];
    while (tokens[at] === "&&") {
      at++;
      tests.push(test());
    }
    return (event) => tests.every((one) => one(event));
  };
  const or = (): Test => {
    const tests = [and()];
    while (tokens[at] === "||") {
      at++;
      tests.push(and());
    }
    return (event) => tests.some((one) => one(event));
  };

  const matches = or();
  if (at < tokens.length) fail();
  return (line) => {
    try {
      return matches(JSON.parse(line));
    } catch {
      // Not a JSON line.
      return false;
    }
  };
}

function tokenize(text: string): string[] {
  if (!text.endsWith("}")) throw invalidParameter(`Invalid filter pattern: ${text}`);
  const inner = text.slice(1, -1).trimEnd();
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < inner.length) {
    const found = TOKEN.exec(inner);
    if (!found) throw invalidParameter(`Invalid filter pattern: ${text}`);
    tokens.push(found.slice(1).find((group) => group !== undefined)!);
  }
  return tokens;
}

function comparison(selector: string, operator: string, take: () => string, fail: () => never): Test {
  const select = selectorOf(selector);
  if (operator === "IS") {
    const value = { TRUE: true, FALSE: false, NULL: null }[take()];
    if (value === undefined) fail();
    return (event) => select(event) === value;
  }
  if (operator === "NOT") {
    if (take() !== "EXISTS") fail();
    return (event) => select(event) === undefined;
  }
  if (operator === "EXISTS") return (event) => select(event) !== undefined;
  const literal = take();
  if (literal === "") fail();
  const equals = equality(literal);
  const number = Number(literal);
  const ordered = (compare: (value: number) => boolean) => (event: unknown) => {
    const value = select(event);
    return typeof value === "number" && compare(value);
  };
  switch (operator) {
    case "=":
      return (event) => equals(select(event));
    case "!=":
      return (event) => select(event) !== undefined && !equals(select(event));
    case ">":
      return ordered((value) => value > number);
    case ">=":
      return ordered((value) => value >= number);
    case "<":
      return ordered((value) => value < number);
    case "<=":
      return ordered((value) => value <= number);
    default:
      return fail();
  }
}

/** Texts may hold `*`; a number is equal to a number. */
function equality(literal: string): (value: unknown) => boolean {
  if (literal.startsWith("%")) {
    const expression = regularExpression(literal.slice(1, -1));
    return (value) => typeof value === "string" && expression.test(value);
  }
  const text = literal.startsWith('"') ? literal.slice(1, -1).replace(/\\(.)/g, "$1") : literal;
  const escaped = text.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*");
  const expression = new RegExp(`^${escaped}$`, "s");
  return (value) =>
    typeof value === "number"
      ? !literal.startsWith('"') && value === Number(text)
      : value !== undefined && value !== null && typeof value !== "object" && expression.test(String(value));
}

function selectorOf(selector: string): (event: unknown) => unknown {
  const path = [...selector.matchAll(/\.([\w-]+)|\[(\d+)\]|\["([^"]*)"\]|\['([^']*)'\]/g)].map(
    (found) => found.slice(1).find((part) => part !== undefined)!,
  );
  return (event) => path.reduce((value: any, name) => value?.[name], event);
}
