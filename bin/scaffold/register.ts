import { type Names, variableOf } from "./names.ts";

const LONGEST_LINE = 110;

/** The lines that workflows/index.ts needs, to add by hand. */
export function linesFor({ workflow }: Pick<Names, "workflow">): { line: string; entry: string } {
  const entry = variableOf(workflow);
  return { line: `import { ${entry} } from "./${workflow}/workflow.ts";`, entry };
}

/**
 * The text of workflows/index.ts with one more workflow; undefined if it does not have the expected form, so
 * that the user has to do it.
 */
export function register(text: string, names: Pick<Names, "workflow">): string | undefined {
  const { line, entry } = linesFor(names);
  const lists = [...text.matchAll(/^export const workflows(: [^=]+)? = \[([\w\s,]*)\];$/gm)];
  const imports = [...text.matchAll(/^import .*;\n/gm)];
  const [list] = lists;
  if (lists.length !== 1 || !list || new RegExp(`\\b${entry}\\b`).test(text)) return undefined;
  const entries = [
    ...list[2]!
      .split(",")
      .map((name) => name.trim())
      .filter(Boolean),
    entry,
  ];
  const start = `export const workflows${list[1] ?? ""} = [`;
  const short = `${start}${entries.join(", ")}];`;
  const long = `${start}\n${entries.map((name) => `  ${name},\n`).join("")}];`;
  const withList = text.replace(list[0], () => (short.length <= LONGEST_LINE ? short : long));
  // Imports are ordered by their paths, as the formatter does; packages and ".." come first.
  const before = imports.filter(([other]) => !other.includes('from "./') || pathOf(other) < pathOf(line));
  const at = before.length === 0 ? (imports[0]?.index ?? 0) : before.at(-1)!.index + before.at(-1)![0].length;
  return `${withList.slice(0, at)}${line}\n${withList.slice(at)}`;
}

function pathOf(line: string): string {
  return /from "([^"]+)"/.exec(line)?.[1] ?? "";
}
