import { type ImportSpecifier, parse } from "es-module-lexer";

/** A module's text as the body of a function that is given the modules it imports. */
export interface ModuleBody {
  /**
   * Uses `__modules` (namespaces, in the order of `imports`), `__export(name, getter)`, `__exportAll(namespace)`,
   * `__import(specifier)` and `__meta`. May await.
   */
  body: string;
  /** The specifiers of its static imports. */
  imports: string[];
}

const STATIC = -1;
const META = -2;

/**
 * Rewrites an ES module as the body of an async function; undefined for a text that is none. Only the import
 * and export statements are touched, and no line moves. Node can load an ES module once per address and never
 * forgets it; a function runs as often as wanted, each time with its own environment, and is collected as
 * garbage.
 */
export function moduleBody(source: string): ModuleBody | undefined {
  const [imports, exports, , isModule] = parse(source);
  if (!isModule) return undefined;
  const head: string[] = [];
  const specifiers: string[] = [];
  const edits: { from: number; to: number; text: string }[] = [];
  /** Where the statements begin that are dealt with as a whole. */
  const done = new Set<number>();

  for (const statement of imports) {
    const { d: kind, ss: from, se: to } = statement;
    if (kind === STATIC) {
      head.push(bind(source.slice(from, to), specifiers.length));
      specifiers.push(nameOf(statement));
      edits.push({ from, to, text: "" });
      done.add(from);
    } else if (kind === META) edits.push({ from, to, text: "__meta" });
    else edits.push({ from, to: from + "import".length, text: "__import" });
  }
  for (const { n: name, ln: local, ss: from } of exports.filter(({ ss }) => !done.has(ss))) {
    const text = source.slice(from);
    const isDefault = /^export\s+default\b/.exec(text);
    if (local !== undefined) head.push(`__export(${JSON.stringify(name)},()=>${local});`);
    else head.push(`let __default;__export("default",()=>__default);`);
    if (done.has(from)) continue;
    done.add(from);
    const [list] = /^export\s*\{[^}]*\}/.exec(text) ?? [];
    const [keywords] = isDefault ?? /^export/.exec(text)!;
    const assigned = isDefault && local === undefined ? "__default =" : "";
    edits.push({ from, to: from + (list ?? keywords).length, text: assigned });
  }

  const kept: string[] = [];
  let at = 0;
  for (const { from, to, text } of edits.sort((a, b) => a.from - b.from)) {
    // Statements that span lines leave their line breaks behind, so that traces still fit.
    const breaks = text === "" ? source.slice(from, to).replace(/[^\n]/g, "") : "";
    kept.push(source.slice(at, from), text, breaks);
    at = to;
  }
  return { body: head.join("") + kept.join("") + source.slice(at), imports: specifiers };
}

const nameOf = ({ n }: ImportSpecifier) => n!;

/** The bindings that `import a, { b as c } from …`, `import * as d from …` or `export … from …` makes. */
function bind(statement: string, index: number): string {
  const module = `__modules[${index}]`;
  const clause = /^(?:import|export)\s*([^"']*?)\s*(?:\bfrom\s*)?["']/s.exec(statement)![1]!;
  const named = /\{([^}]*)\}/.exec(clause)?.[1];
  const pairs = (named ?? "").split(",").flatMap((part) => {
    const [from, to = from] = part.trim().split(/\s+as\s+/);
    return from ? [[from, to!] as const] : [];
  });
  const whole = /\*\s*as\s+([\p{ID_Start}$_][\p{ID_Continue}$]*)/u.exec(clause)?.[1];
  if (statement.startsWith("export")) {
    if (whole) return `__export(${JSON.stringify(whole)},()=>${module});`;
    if (named === undefined) return `__exportAll(${module});`;
    return pairs.map(([from, to]) => `__export(${key(to)},()=>${module}[${key(from)}]);`).join("");
  }
  const byDefault = /^([\p{ID_Start}$_][\p{ID_Continue}$]*)/u.exec(clause)?.[1];
  return [
    byDefault && `const ${byDefault}=${module}.default;`,
    whole && `const ${whole}=${module};`,
    pairs.length > 0 && `const {${pairs.map(([from, to]) => `${key(from)}:${to}`).join(",")}}=${module};`,
  ]
    .filter(Boolean)
    .join("");
}

/** A name as a key, whether it was written as an identifier or as text. */
const key = (name: string) => (/^["']/.test(name) ? name : JSON.stringify(name));
