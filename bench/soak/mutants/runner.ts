import { registerHooks } from "node:module";
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { InstrumenterContext } from "@stryker-mutator/api/core";
import { declareFactoryPlugin, PluginKind } from "@stryker-mutator/api/plugin";
import {
  type DryRunResult,
  DryRunStatus,
  determineHitLimitReached,
  type MutantRunOptions,
  type MutantRunResult,
  MutantRunStatus,
  type TestResult,
  type TestRunner,
  TestStatus,
  toMutantRunResult,
} from "@stryker-mutator/api/test-runner";
import type { CollectedTest } from "./collect-tests.ts";

/** Tests of hundreds of runs take long. The smaller ones next to them hold the same promises. */
const SLOW = /hundreds|whatever their number/;

/** All tests use virtual time: a longer one waits for something that does not happen any more. */
const LONGEST = 3_000;

const shared = globalThis as { __stryker__?: InstrumenterContext };
shared.__stryker__ ??= {};
/** What the instrumented code reads: the active mutant, and the test that covers what it runs. */
const context = shared.__stryker__;

/**
 * Runs the tests of a part in the process of Stryker's worker. They are loaded once, and a mutant takes only as long as its tests;
 * Vitest would load everything again for each mutant.
 */
class InProcessRunner implements TestRunner {
  #tests = new Map<string, CollectedTest>();
  #runTest!: (test: CollectedTest) => Promise<void>;
  /** Mutants that were tried in this process. */
  #tried = 0;

  capabilities() {
    return { reloadEnvironment: false };
  }

  async init(): Promise<void> {
    const standIn = new URL("./collect-tests.ts", import.meta.url).href;
    registerHooks({
      resolve: (specifier, given, next) =>
        specifier === "vitest" ? { url: standIn, shortCircuit: true } : next(specifier, given),
    });
    const { collect, collected, runTest } = await import("./collect-tests.ts");
    for (const file of process.env.MUTANTS_TESTS!.split(","))
      await collect(pathToFileURL(resolve(file)).href);
    for (const test of collected) {
      const name = `${test.file.replace(/.*\/test\//, "")} ${test.name}`;
      if (test.isSkipped || SLOW.test(name)) continue;
      if (this.#tests.has(name)) throw new Error(`There are two tests "${name}".`);
      this.#tests.set(name, test);
    }
    this.#runTest = runTest;
  }

  async dryRun(): Promise<DryRunResult> {
    context.activeMutant = undefined;
    return {
      status: DryRunStatus.Complete,
      tests: await this.#run([...this.#tests.keys()], false),
      mutantCoverage: context.mutantCoverage,
    };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit }: MutantRunOptions): Promise<MutantRunResult> {
    Object.assign(context, { hitCount: 0, hitLimit, activeMutant: activeMutant.id });
    const tests = await this.#run(testFilter ?? [...this.#tests.keys()], true);
    const timeout = determineHitLimitReached(context.hitCount, hitLimit);
    Object.assign(context, { hitLimit: undefined, activeMutant: undefined });
    const result = toMutantRunResult(timeout ?? { status: DryRunStatus.Complete, tests });
    if (result.status === MutantRunStatus.Killed && this.#tried++ > 0) await this.#confirm(tests.at(-1)!.id);
    return result;
  }

  /** A test that fails without the mutant as well was changed by an earlier one: Stryker tries again in a new process. */
  async #confirm(test: string): Promise<void> {
    const [again] = await this.#run([test], true);
    if (again!.status === TestStatus.Failed) throw new Error(`"${test}" fails without a mutant.`);
  }

  async #run(names: readonly string[], bail: boolean): Promise<TestResult[]> {
    const results: TestResult[] = [];
    for (const name of names) {
      context.currentTestId = name;
      const began = performance.now();
      const one = this.#tests.get(name)!;
      const error = await failureOf(() => this.#runTest(one));
      context.currentTestId = undefined;
      const timeSpentMs = performance.now() - began;
      const test = { id: name, name, fileName: fileURLToPath(one.file), timeSpentMs };
      results.push(
        error === undefined
          ? { ...test, status: TestStatus.Success }
          : { ...test, status: TestStatus.Failed, failureMessage: error },
      );
      if (bail && error !== undefined) break;
    }
    return results;
  }
}

/** The message of what a test throws, rejects or never ends with; undefined if it passes. */
async function failureOf(test: () => Promise<void>): Promise<string | undefined> {
  const { setTimeout, clearTimeout, setImmediate } = globalThis;
  let timer: NodeJS.Timeout | undefined;
  const unhandled = Promise.withResolvers<never>();
  unhandled.promise.catch(() => {});
  process.on("unhandledRejection", unhandled.reject).on("uncaughtException", unhandled.reject);
  try {
    const over = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error("The test does not end.")), LONGEST);
    });
    await Promise.race([test(), over, unhandled.promise]);
    // What was not awaited is part of the test that began it.
    await Promise.race([new Promise((done) => setImmediate(done)), unhandled.promise]);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    clearTimeout(timer);
    process.off("unhandledRejection", unhandled.reject).off("uncaughtException", unhandled.reject);
  }
}

function create() {
  return new InProcessRunner();
}
create.inject = [] as const;

/** Stryker finds a plugin by this name. */
export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, "in-process", create)];
