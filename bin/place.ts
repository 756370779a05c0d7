import { existsSync } from "node:fs";
import { join, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** Millrace's own code: its caller is the cause. */
const OWN = join(import.meta.dirname, "../lib") + sep;

/** How Node begins the stack of an error of syntax or of an import: with the line of the file. */
const HEAD = /^(file:\/\/\S+):(\d+)\n/;
const FRAME = /^\s+at (?:.*\()?(?:file:\/\/)?([^\s():]+):(\d+:\d+)\)?$/;

/** The innermost position of the project's own code in a stack. */
export function placeIn(stack = ""): string | undefined {
  const [, url, line] = HEAD.exec(stack) ?? [];
  if (url !== undefined) return `${fileURLToPath(url)}:${line}`;
  return stack
    .split("\n")
    .map(placeOf)
    .find((place) => place !== undefined);
}

/**
 * The place of a mistake in the project's own code, such as a misspelt function. Undefined for what packages, Node or the command
 * line throw.
 */
export function placeOfMistake({ name, stack = "" }: Error): string | undefined {
  if (!/^(?:Type|Reference)Error$/.test(name)) return undefined;
  const frames = stack.split("\n").filter((line) => /^\s+at /.test(line));
  return placeOf(frames.find((line) => !line.includes(OWN)));
}

function placeOf(frame = ""): string | undefined {
  const [, path = "", at] = FRAME.exec(frame) ?? [];
  const isOwn = path !== "" && !path.includes("node_modules") && !path.startsWith(OWN) && existsSync(path);
  return isOwn ? `${path}:${at}` : undefined;
}
