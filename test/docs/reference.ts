import { type Declared, declarationsOf } from "./declarations.ts";

/** What users do not need although public types name it. */
const INNER = ["Kernel", "Platform", "DeadLetters", "DeployedQueue", "TableGrant", "Producer"];

/** The entries of the package, with the modules that they are made of. */
const ENTRIES: [title: string, ...modules: string[]][] = [
  ["`millrace`: definitions", "lib/index.ts"],
  ["`millrace/runtime`: handlers", "lambdas/runtime/index.ts"],
  ["`millrace/runtime/model`: calls of models", "lambdas/runtime/model/index.ts"],
  ["`millrace/cdk`: an app and its triggers", "lib/millrace.ts", "lib/constructs/triggers/index.ts"],
  ["`millrace/evaluation`: evaluations", "lib/evaluation/index.ts"],
  ["`millrace/simulate`: tests", "testing/index.ts"],
];

/** docs/reference.md: what users import, as declarations with their comments, each once. */
export function reference(): string {
  const known = new Set<string>();
  const sections = ENTRIES.flatMap(([title, ...modules]) => {
    const declared = modules
      .flatMap((module) => declarationsOf(module, INNER))
      .flatMap(({ file, texts }) => {
        const others = texts.filter((text) => !known.has(text));
        for (const text of others) known.add(text);
        return others.length > 0 ? [{ file, texts: others }] : [];
      });
    return [`## ${title}`, "", ...declared.flatMap(section)];
  });
  return [
    "# Reference",
    "",
    "The declarations of what a project imports, with their comments. This page is generated from the",
    "sources: `npx vitest run test/docs -u` writes it. The [pages by task](README.md) say how to use",
    "them.",
    "",
    ...sections,
  ].join("\n");
}

function section({ file, texts }: Declared): string[] {
  return [`### ${file}`, "", "```ts", texts.join("\n\n"), "```", ""];
}
