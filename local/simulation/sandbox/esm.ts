import { type Export, type Import, parse, type StaticImport } from "es-module-lexer";

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

/**
 * Rewrites an ES module as the body of an async function; undefined for a text that is none. Only the import
 * and export statements are touched, and no line moves. Node can load an ES module once per address and never
 * forgets it; a function runs as often as wanted, each time with its own environment, and is collected as
 * garbage.
 */
export function moduleBody(source: string): ModuleBody | undefined {
  const [imports, exports, , isModule] = parse(source);
  if (!isModule) return undefined;
  const modules = imports.filter(isStatic);
  const moduleOf = (index: number) => `__modules[${modules.indexOf(imports[index] as StaticImport)}]`;
  const head: string[] = [];
  const edits: { from: number; to: number; text: string }[] = [];
  /** Where the statements begin that are dealt with as a whole. */
  const done = new Set<number>();

  for (const [index, statement] of imports.entries()) {
    const { importStart: from, importEnd: to } = statement;
    if (isStatic(statement)) {
      if (source.startsWith("import", from)) head.push(bind(source.slice(from, to), moduleOf(index)));
      edits.push({ from, to, text: "" });
      done.add(from);
    } else if (statement.type === "import-meta") edits.push({ from, to, text: "__meta" });
    else edits.push({ from, to: from + "import".length, text: "__import" });
  }
  for (const statement of exports) {
    head.push(exported(statement, moduleOf));
    const { exportStart: from } = statement;
    if (done.has(from)) continue;
    done.add(from);
    const text = source.slice(from);
    const isDefault = /^export\s+default\b/.exec(text);
    const [list] = /^export\s*\{[^}]*\}/.exec(text) ?? [];
    const [keywords] = isDefault ?? /^export/.exec(text)!;
    const assigned = isUnnamed(statement) ? "__default =" : "";
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
  return {
    body: head.join("") + kept.join("") + source.slice(at),
    imports: modules.map(({ specifier }) => specifier),
  };
}

const isStatic = (each: Import): each is StaticImport =>
  each.type === "static" || each.type === "reexport-star";

/** `export default` of an expression, or of a function or class without a name. */
const isUnnamed = (statement: Export) => statement.type === "direct" && statement.localName === undefined;

function exported(statement: Export, moduleOf: (index: number) => string): string {
  if (isUnnamed(statement)) return `let __default;__export("default",()=>__default);`;
  if (statement.type === "direct")
    return `__export(${JSON.stringify(statement.name)},()=>${statement.localName});`;
  const module = moduleOf(statement.importIndex);
  if (statement.type === "reexport-all") return `__exportAll(${module});`;
  const { name, importName } = statement;
  const value = importName === null ? module : `${module}[${JSON.stringify(importName)}]`;
  return `__export(${JSON.stringify(name)},()=>${value});`;
}

/** The bindings that `import a, { b as c } from …` or `import * as d from …` makes. */
function bind(statement: string, module: string): string {
  const clause = /^import\s*([^"']*?)\s*(?:\bfrom\s*)?["']/s.exec(statement)![1]!;
  const named = /\{([^}]*)\}/.exec(clause)?.[1];
  const pairs = (named ?? "").split(",").flatMap((part) => {
    const [from, to = from] = part.trim().split(/\s+as\s+/);
    return from ? [[from, to!] as const] : [];
  });
  const whole = /\*\s*as\s+([\p{ID_Start}$_][\p{ID_Continue}$]*)/u.exec(clause)?.[1];
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
