import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ROOT } from "./repository.ts";

/** Declarations of one file, as TypeScript writes them for users, with their comments. */
export interface Declared {
  /** Path from the project's root, "lib/contract/event.ts". */
  readonly file: string;
  readonly texts: readonly string[];
}

interface Statement {
  readonly name: string;
  readonly text: string;
}

/**
 * What a module exports, file by file: the declarations of the names, and of what their types refer to, wherever in the
 * project that is; without `inner` names, and what only these refer to.
 */
export function declarationsOf(module: string, inner: readonly string[] = []): Declared[] {
  const folder = emitted(module);
  try {
    const read = (file: string) => readFileSync(join(folder, declarationFile(file)), "utf8");
    const found = new Map<string, Set<string>>();
    const open = namesFrom(module, read(module), "export");
    for (let next = open.shift(); next !== undefined; next = open.shift()) {
      const [file, name] = next;
      if (inner.includes(name)) continue;
      const known = found.get(file) ?? found.set(file, new Set()).get(file)!;
      if (known.has(name)) continue;
      known.add(name);
      const text = read(file);
      const statements = statementsOf(text);
      const code = codeOf(statements.filter((statement) => statement.name === name));
      const near = [...namesFrom(file, text, "import"), ...statements.map((one): Named => [file, one.name])];
      open.push(...namesFrom(file, text, "export").filter(([, exported]) => exported === name));
      open.push(...near.filter(([, other]) => new RegExp(`\\b${other}\\b`).test(code)));
    }
    return [...found].flatMap(([file, names]) => {
      const statements = statementsOf(read(file)).filter(({ name }) => names.has(name));
      return statements.length > 0 ? [{ file, texts: statements.map(({ text }) => text) }] : [];
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A name, and the file that it is to be looked for in. */
type Named = [file: string, name: string];

/** The names that a file takes from others of the project, to use them or to pass them on. */
function namesFrom(file: string, text: string, how: "import" | "export"): Named[] {
  const clauses = text.matchAll(new RegExp(`^${how} (?:type )?\\{([^}]*)\\} from "(\\.[^"]+)";`, "gm"));
  return [...clauses].flatMap(([, names, from]) =>
    names!
      .split(",")
      .map((name) =>
        name
          .replace("type ", "")
          .replace(/ as \w+\s*$/, "")
          .trim(),
      )
      .filter(Boolean)
      .map((name): Named => [join(dirname(file), from!), name]),
  );
}

function codeOf(statements: readonly Statement[]): string {
  return statements.map(({ text }) => text.replace(/\/\*\*.*?\*\//gs, "")).join("\n");
}

function declarationFile(module: string): string {
  return module.replace(/\.ts$/, ".d.ts");
}

function emitted(module: string): string {
  const folder = mkdtempSync(join(tmpdir(), "declarations-"));
  const project = {
    extends: join(ROOT, "tsconfig.build.json"),
    compilerOptions: {
      emitDeclarationOnly: true,
      outDir: folder,
      rootDir: ROOT,
      types: ["node"],
      typeRoots: [join(ROOT, "node_modules/@types")],
    },
    include: [],
    files: [join(ROOT, module)],
  };
  const path = join(folder, "tsconfig.json");
  writeFileSync(path, JSON.stringify(project));
  const typescript = dirname(createRequire(import.meta.url).resolve("typescript/package.json"));
  execFileSync(process.execPath, [join(typescript, "bin/tsc"), "-p", path], { cwd: ROOT });
  return folder;
}

const STATEMENT =
  /^(?:export )?(?:declare )?(?:abstract )?(?:class|const|enum|function|interface|type) (\w+)/m;

/** A member of a union, with its comment. */
const MEMBER = /^\/\*\*(?:(?!\*\/)[\s\S])*\*\/\s*[|{]/;

/** Statements begin in the first column, with their comments before them. */
function statementsOf(text: string): Statement[] {
  const parts = text.split(/^(?=\/\*\*|(?:export|declare|interface|type|import|class|const) )/m);
  const whole = parts.reduce<string[]>((joined, part) => {
    const isOpen = joined.at(-1)?.startsWith("/**") && !STATEMENT.test(joined.at(-1)!);
    if (joined.length > 0 && (isOpen || MEMBER.test(part))) joined[joined.length - 1] += part;
    else joined.push(part);
    return joined;
  }, []);
  return whole.flatMap((statement) => {
    const name = STATEMENT.exec(statement)?.[1];
    return name
      ? [
          {
            name,
            text: statement
              .replace(/^(?:export )?declare /m, "")
              .replace(/^export /m, "")
              .trimEnd(),
          },
        ]
      : [];
  });
}
