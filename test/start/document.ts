import { readFileSync } from "node:fs";

/** What a reader of a page does, in its order. */
export type Action =
  | { does: "write"; path: string; text: string }
  | { does: "run"; commands: string[] }
  | { does: "keep running"; command: string }
  | { does: "need an account"; commands: string[] }
  /** Needs the network. */
  | { does: "install"; commands: string[] }
  /** `commands` only look at something; what they print has each of these pieces, sooner or later. */
  | { does: "look"; commands: string[]; prints: string[] };

interface Block {
  language: string;
  flags: string[];
  text: string;
}

const SHOWS_OUTPUT = "text";

/**
 * Reads a page's code: shell blocks are run, blocks that begin with "// path", or are marked "file=path", are written there, and a text block is what the
 * commands before it print. Throws for any other block, so that no code of the page goes untried.
 */
export function readActions(file: string): Action[] {
  const blocks = readBlocks(readFileSync(file, "utf8"));
  return blocks.flatMap((block, at): Action[] => {
    const [before, next] = [blocks[at - 1], blocks[at + 1]];
    const [language, flag] = [block.language, block.flags[0]];
    if (language === SHOWS_OUTPUT && before?.language === "sh" && before.flags.length === 0) return [];
    if (language === "sh") {
      const commands = block.text.split("\n").filter(Boolean);
      if (flag === "keeps-running") return [{ does: "keep running", command: commands.join("\n") }];
      if (flag === "needs-account") return [{ does: "need an account", commands }];
      if (flag === "installs") return [{ does: "install", commands }];
      if (flag === undefined && next?.language === SHOWS_OUTPUT)
        return [{ does: "look", commands, prints: next.text.split("\n").filter(Boolean) }];
      if (flag === undefined) return [{ does: "run", commands }];
    }
    const named = flag?.startsWith("file=") ? flag.slice("file=".length) : undefined;
    const path = named ?? /^\/\/ (\S+\.\w+)\n/.exec(block.text)?.[1];
    if (path && flag === (named && `file=${named}`)) return [{ does: "write", path, text: block.text }];
    throw new Error(`${file} has a block that is not tried: ${block.text.slice(0, 100)}`);
  });
}

function readBlocks(markdown: string): Block[] {
  return [...markdown.matchAll(/^```(\w+)([^\n]*)\n([\s\S]*?)^```$/gm)].map(([, language, flags, text]) => ({
    language: language!,
    flags: flags!.split(" ").filter(Boolean),
    text: text!,
  }));
}
