import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { BundleCache } from "./bundle-cache.ts";

const caches = new Map<string, BundleCache>();

/** The cache folder for tools, next to the packages of the project. */
export function projectCache(folder = process.cwd()): BundleCache | undefined {
  const packages = join(folder, "node_modules");
  if (!existsSync(packages)) return dirname(folder) === folder ? undefined : projectCache(dirname(folder));
  // The digests of files that it has read serve each construct of the process.
  const cache = caches.get(packages) ?? new BundleCache(join(packages, ".cache", "millrace"));
  caches.set(packages, cache);
  return cache;
}
