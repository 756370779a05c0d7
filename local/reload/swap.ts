import type { Kernel } from "../kernel/kernel.ts";
import { LATEST } from "../lambda/functions.ts";
import type { LambdaService } from "../lambda/service.ts";
import { type Bundle, codeOf } from "./bundles.ts";

const functionsOf = (kernel: Kernel) => (kernel.service("lambda") as LambdaService).functions;

/** A function that runs a bundle, with its deployed folder. */
export interface BundleUser {
  name: string;
  folder: string;
}

/** The functions of each bundle, by the bundle's folder: those with the same deployed code. */
export function usersOf(bundles: readonly Bundle[], kernel: Kernel): Map<string, BundleUser[]> {
  const functions = functionsOf(kernel);
  const byCode = new Map<string, BundleUser[]>();
  for (const name of functions.names()) {
    const folder = functions.version(name, LATEST)!.code;
    const code = codeOf(folder);
    if (code !== undefined) byCode.set(code, [...(byCode.get(code) ?? []), { name, folder }]);
  }
  return new Map(bundles.map(({ folder }) => [folder, byCode.get(codeOf(folder) ?? "") ?? []]));
}

/** Gives a function new code. Running invocations end on the old; the next one uses the new. */
export function swapCode(kernel: Kernel, name: string, folder: string): void {
  const functions = functionsOf(kernel);
  functions.put(name, folder, functions.version(name, LATEST)!.settings);
}
