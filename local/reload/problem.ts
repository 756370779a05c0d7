import { relative } from "node:path";

/** A position in the project's code. */
export interface CodePlace {
  /** Absolute path. */
  file: string;
  line: number;
  column: number;
  /** The code around it. */
  code: string | undefined;
}

/** Why changed code was not reloaded. */
export class ReloadProblem extends Error {
  readonly place: CodePlace | undefined;

  constructor(message: string, place?: CodePlace) {
    super(message);
    this.name = "ReloadProblem";
    this.place = place;
  }
}

/** The problem for a terminal: message, position and code. Paths are relative to `root`. */
export function describeProblem({ message, place }: ReloadProblem, root: string): string {
  if (!place) return message;
  const where = `${relative(root, place.file) || place.file}:${place.line}:${place.column}`;
  return [`${where}: ${message}`, ...(place.code === undefined ? [] : ["", place.code])].join("\n");
}
