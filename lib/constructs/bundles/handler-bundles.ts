import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { Stage } from "aws-cdk-lib";
import { Code } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { DefinitionError } from "../../contract/definition-error.ts";
import type { WorkerPlan } from "../../workflow/workers.ts";
import { bundleHandlers, bundlePool } from "./bundle-handlers.ts";
import type { KnownDigests } from "./bundle-inputs.ts";
import { findHandlers, noHandler } from "./find-handlers.ts";
import { needsCode, noCode } from "./needs-code.ts";
import { projectCache } from "./project-cache.ts";

/** Millrace's own handlers are next to the library. */
const OWN_HANDLERS = join(import.meta.dirname, "../../../lambdas");
/** They are compiled where the library is. */
const OWN_SUFFIX = `.lambda${extname(import.meta.filename)}`;

/** Lists the bundles of an app and how each was made. The local cloud bundles changed handlers from it. */
const BUNDLES_FILE = "bundles.json";

export interface HandlerBundlesProps {
  /**
   * Folder with `<step>.lambda.ts` and `<workflow>.intake.lambda.ts` at any depth, and `waits.lambda.ts`
   * directly in it.
   */
  readonly handlers: string;
  /** Names of the required handlers in that folder, in addition to those of steps. */
  readonly needed: readonly string[];
  /** The workers of each workflow, by its name. */
  readonly workers: ReadonlyMap<string, readonly WorkerPlan[]>;
}

/**
 * The code of every function, found by name. Synth reads handler files as text, and never loads one.
 * Millrace's own are bundled separately from the user's: they are the same for every app.
 */
export class HandlerBundles extends Construct {
  private readonly outdir: string;
  private readonly isNeeded: boolean;

  constructor(scope: Construct, id: string, { handlers, needed, workers }: HandlerBundlesProps) {
    super(scope, id);
    const found = findHandlers(handlers);
    const plans = [...workers].flatMap(([workflow, own]) => own.map((plan) => ({ workflow, ...plan })));
    const pools = plans.filter(({ isPool }) => isPool);
    const inPools = new Set(
      pools.flatMap(({ workflow, takesEvents }) => (takesEvents ? intakeOf(workflow) : [])),
    );
    const alone = [
      ...needed.filter((name) => !inPools.has(name)),
      ...plans.filter(({ isPool }) => !isPool).map(({ name }) => name),
    ];
    const pooled = pools.flatMap(({ steps }) => steps.map(({ name }) => name));
    const missing = [...alone, ...inPools, ...pooled].filter((name) => !found.has(name));
    if (missing.length > 0) {
      throw new DefinitionError(noHandler(handlers, missing));
    }
    this.outdir = join(Stage.of(this)!.outdir, "bundles", this.node.addr);
    this.isNeeded = needsCode(this);
    if (!this.isNeeded) return;
    const own = readdirSync(OWN_HANDLERS).filter((name) => name.endsWith(OWN_SUFFIX));
    const cache = projectCache();
    const known: KnownDigests = new Map();
    const bundled = [
      ...bundleHandlers(
        new Map(alone.map((name) => [folderOf(name), found.get(name)!])),
        join(this.outdir, "handlers"),
        cache,
        known,
      ),
      ...pools.flatMap(({ workflow, name, steps, takesEvents }) =>
        bundlePool(
          new Map(steps.map((step) => [step.name, found.get(step.name)!])),
          takesEvents ? found.get(intakeOf(workflow)) : undefined,
          join(this.outdir, "pools", workflow, name),
          cache,
          known,
        ),
      ),
      ...bundleHandlers(
        new Map(own.map((file) => [basename(file, OWN_SUFFIX), join(OWN_HANDLERS, file)])),
        join(this.outdir, "millrace"),
        cache,
        known,
      ),
    ];
    writeFileSync(join(this.outdir, BUNDLES_FILE), JSON.stringify(bundled));
  }

  /** The bundle of a handler from the user's folder. */
  code(name: string): Code {
    return this.codeIn("handlers", folderOf(name));
  }

  /** The bundle of a workflow's intake that has a function of its own. */
  intake(workflow: string): Code {
    return this.code(intakeOf(workflow));
  }

  /**
   * The bundle of a workflow's worker: the handler of its step, or a handler that passes messages to those of
   * its pool, and events to that of intake.
   */
  worker(workflow: string, { name, isPool }: WorkerPlan): Code {
    return isPool ? this.codeIn("pools", workflow, name) : this.code(name);
  }

  /**
   * The bundle of one of Millrace's own handlers, with the additional files that it reads at run time. They are
   * made only for a command that uses code.
   */
  ownCode(name: OwnHandler, companions: () => readonly Companion[] = () => []): Code {
    if (!this.isNeeded) return noCode();
    for (const { path, ...what } of companions()) {
      const target = join(this.outdir, "millrace", name, path);
      // With their times, unchanged files have known fingerprints.
      if ("folder" in what) cpSync(what.folder, target, { recursive: true, preserveTimestamps: true });
      else if (!existsSync(target) || readFileSync(target, "utf8") !== what.text)
        writeFileSync(target, what.text);
    }
    return this.codeIn("millrace", name);
  }

  private codeIn(...path: string[]): Code {
    return this.isNeeded ? Code.fromAsset(join(this.outdir, ...path)) : noCode();
  }
}

/** The name of the handler that takes a workflow's events. */
export const intakeOf = (workflow: string) => `${workflow}.intake`;

/** An additional file or folder in a handler's bundle, under its own path. */
export type Companion = { readonly path: string } & ({ readonly text: string } | { readonly folder: string });

export type OwnHandler =
  | "api"
  | "relay"
  | "approve"
  | "correlate"
  | "complete"
  | "reconcile"
  | "control"
  | "waits"
  | "release"
  | "dead-letters"
  | "ledger";

/**
 * Assets treat a dot in a folder's name as the start of a file type. No name of Millrace's contains an
 * underscore.
 */
function folderOf(name: string): string {
  return name.replaceAll(".", "_");
}
