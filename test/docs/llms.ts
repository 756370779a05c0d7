/** llms.txt: what the project is, and its pages by task, as the README and the map of the documentation have them. See llmstxt.org. */
export function llms(readme: string, map: string): string {
  const summary = readme.split("\n\n")[1]!;
  const sections = map.split(/^## /m).slice(1);
  return [
    "# Millrace",
    "",
    ...summary.split("\n").map((line) => `> ${line}`),
    "",
    ...sections.flatMap((text) => {
      const title = text.slice(0, text.indexOf("\n"));
      return [`## ${title}`, "", ...linksOf(text), ""];
    }),
  ].join("\n");
}

/** The rows of a table, "to do something | a page". */
function linksOf(section: string): string[] {
  return [...section.matchAll(/^\| (.+) \| (.*\[.+) \|$/gm)].flatMap(([, task, pages]) =>
    [...pages!.matchAll(/\[([^\]]+)\]\(([^)]+)\)/g)].map(
      ([, name, path]) => `- [${name!.replaceAll("`", "")}](${pathOf(path!)}): ${task}`,
    ),
  );
}

function pathOf(path: string): string {
  return path.startsWith("../") ? path.slice(3) : `docs/${path}`;
}
