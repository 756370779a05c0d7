import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { Stage } from "aws-cdk-lib";
import { Code } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { bundleHandlers, findHandlers, shown } from "./bundle.ts";

/** Millrace's own handlers lie beside the library. */
const OWN_HANDLERS = join(import.meta.dirname, "../../lambdas");

export interface HandlerBundlesProps {
  /** Folder in which `<step>.lambda.ts` and `<workflow>.intake.lambda.ts` are found, at any depth. */
  readonly handlers: string;
  /** Names of the handlers that are needed from that folder. */
  readonly needed: readonly string[];
}

/** The code of every function, found by name and bundled together. Synth reads handler files as text, and never loads one. */
export class HandlerBundles extends Construct {
  private readonly outdir: string;

  constructor(scope: Construct, id: string, { handlers, needed }: HandlerBundlesProps) {
    super(scope, id);
    const found = findHandlers(handlers);
    const missing = needed.filter((name) => !found.has(name));
    if (missing.length > 0) {
      const files = missing.map((name) => `${name}.lambda.ts`).join(", ");
      throw new Error(
        `${shown(handlers)} holds no ${files}. Write it, or name another folder in "handlers".`,
      );
    }
    const entries = new Map(needed.map((name) => [folderOf(name), found.get(name)!]));
    for (const file of readdirSync(OWN_HANDLERS).filter((name) => name.endsWith(".lambda.ts"))) {
      entries.set(folderOf(own(basename(file, ".lambda.ts"))), join(OWN_HANDLERS, file));
    }
    this.outdir = join(Stage.of(this)!.outdir, "bundles", this.node.addr);
    bundleHandlers(entries, this.outdir);
  }

  /** The bundle of a handler from the user's folder. */
  code(name: string): Code {
    return this.bundle(name);
  }

  /** The bundle of one of Millrace's own handlers. */
  ownCode(name: OwnHandler): Code {
    return this.bundle(own(name));
  }

  private bundle(name: string): Code {
    return Code.fromAsset(join(this.outdir, folderOf(name)));
  }
}

export type OwnHandler =
  | "relay"
  | "approve"
  | "correlate"
  | "finish"
  | "sweep"
  | "control"
  | "waits"
  | "release";

/** Keeps Millrace's handlers apart from a user's step of the same name. */
function own(name: string): string {
  return `millrace.${name}`;
}

/** Assets take what follows a dot in a folder's name for a file type. No name of ours has an underscore of its own. */
function folderOf(name: string): string {
  return name.replaceAll(".", "_");
}
