import { tabulate } from "../format.ts";
import type { Part } from "./describe.ts";

/** A description for a terminal. */
export function asText(parts: readonly Part[]): string {
  return parts
    .map((part, at) => {
      const gap = at === 0 || part.kind === "list" || parts[at - 1]!.kind === "heading" ? "" : "\n";
      return gap + textOf(part);
    })
    .join("\n");
}

function textOf(part: Part): string {
  if (part.kind === "table") return tabulate(part.headings, part.rows);
  if (part.kind === "list") return part.items.map((item) => `  ${item}`).join("\n");
  return part.text;
}

/** A description as Markdown. */
export function asMarkdown(parts: readonly Part[]): string {
  return `${parts.map(markdownOf).join("\n\n")}\n`;
}

function markdownOf(part: Part): string {
  if (part.kind === "heading") return `## ${plain(part.text)}`;
  if (part.kind === "list") return part.items.map((item) => `- ${plain(item)}`).join("\n");
  if (part.kind === "text") return plain(part.text);
  const row = (cells: readonly string[]) => `| ${cells.map(plain).join(" | ")} |`;
  return [row(part.headings), row(part.headings.map(() => "---")), ...part.rows.map(row)].join("\n");
}

/** Texts of cases and models are shown, not interpreted. */
function plain(text: string): string {
  return text.replace(/\s*\n\s*/g, " ").replace(/[\\`*_{}[\]<>|]/g, "\\$&");
}
