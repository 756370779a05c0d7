import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Verdicts } from "./judge.ts";

/** Verdicts in a folder that only its owner can read, since they can quote what was judged. */
export function verdictFiles(folder: string): Verdicts {
  const fileOf = (question: string) => join(folder, `${question}.json`);
  return {
    read(question) {
      try {
        return JSON.parse(readFileSync(fileOf(question), "utf8"));
      } catch {
        // Missing, or half written by an interrupted call: the model is asked again.
        return undefined;
      }
    },
    write(question, verdict) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeFileSync(fileOf(question), JSON.stringify(verdict), { mode: 0o600 });
    },
  };
}
