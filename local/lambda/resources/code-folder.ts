import { createHash } from "node:crypto";
import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../kernel/errors.ts";
import { privateFolder } from "../../kernel/private-folder.ts";
import type { Assets, ResolvedResource } from "../../kernel/resource.ts";

/** The folder with the function's code: the asset's, or one that holds the text of an inline function. */
export function codeFolder(resource: ResolvedResource, code: any, assets: Assets): string {
  if (typeof code?.ZipFile === "string") {
    const digest = createHash("sha256").update(code.ZipFile).digest("hex");
    const folder = join(privateFolder("millrace-inline-code"), digest);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "index.js"), code.ZipFile);
    return folder;
  }
  if (typeof code?.S3Key !== "string") throw new UserError(`${resource.path}: Code names no asset.`);
  const folder = assets.path(code.S3Key);
  if (existsSync(folder) && statSync(folder).isDirectory()) return folder;
  throw new UserError(
    `${resource.path}: the code ${folder} is not a folder. The local cloud runs functions from folders: give Code.fromAsset the folder instead of an archive.`,
  );
}
