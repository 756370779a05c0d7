import { createHash } from "node:crypto";

/** "Stack-LogicalId-0123456789ab": readable, stable for the path, at most 60 characters. */
export function generatedName(path: string, stack: string, logicalId: string): string {
  const hash = createHash("sha256").update(path).digest("hex").slice(0, 12);
  return `${stack.slice(0, 23)}-${logicalId.slice(0, 23)}-${hash}`;
}

/**
 * The name of the stack at a path: the app's own stacks have their path as name, nested ones a generated
 * name.
 */
export function stackName(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? path : generatedName(path, stackName(path.slice(0, slash)), path.slice(slash + 1));
}

/** arn:aws:cloudformation:…:stack/name/uuid of the stack at a path; the uuid is derived from the path. */
export function stackId(path: string, { account, region }: { account: string; region: string }): string {
  const hash = createHash("sha256").update(path).digest("hex");
  const uuid = hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
  return `arn:aws:cloudformation:${region}:${account}:stack/${stackName(path)}/${uuid}`;
}
