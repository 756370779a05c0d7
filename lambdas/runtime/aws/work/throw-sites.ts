import { readFileSync } from "node:fs";
import { type FindThrowSite, throwSite } from "../../work/throw-site.ts";

/**
 * Where errors were thrown, from the source map of this function's bundle. The local cloud can read the
 * sources; Lambda cannot.
 */
export const findThrowSite: FindThrowSite = (error) => {
  const root = process.env.LAMBDA_TASK_ROOT;
  return root === undefined ? {} : throwSite(error, root, sourceOf);
};

function sourceOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
