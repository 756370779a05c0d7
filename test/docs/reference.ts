import { type Declared, declarationsOf } from "./declarations.ts";

const DEFINITIONS = "lib/index.ts";
const RUNTIME = "lambdas/runtime/index.ts";

/** docs/reference.md: what users import, as declarations with their comments. */
export function reference(): string {
  const definitions = declarationsOf(DEFINITIONS);
  const known = new Set(definitions.flatMap(({ texts }) => texts));
  const runtime = declarationsOf(RUNTIME).flatMap(({ file, texts }) => {
    const others = texts.filter((text) => !known.has(text));
    return others.length > 0 ? [{ file, texts: others }] : [];
  });
  return [
    "# Reference",
    "",
    "The declarations of what a workflow's code imports, with their comments. This page is generated",
    "from the sources: `npx vitest run test/docs -u` writes it. The [pages by task](README.md) say how to",
    "use them.",
    "",
    "## `millrace`: definitions",
    "",
    ...definitions.flatMap(section),
    "## `millrace/runtime`: handlers",
    "",
    ...runtime.flatMap(section),
  ].join("\n");
}

function section({ file, texts }: Declared): string[] {
  return [`### ${file}`, "", "```ts", texts.join("\n\n"), "```", ""];
}
