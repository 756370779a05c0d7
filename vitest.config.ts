import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Long files that wait for browsers and other processes more than they work. */
const WAITING = /\/test\/(?:start|console|security\/browser|local\/(?:durability|reload))/;

/** Projects whose files wait for something, in this order. All others come after them. */
const EARLY = ["processes", "console", "alone", "by-vite"];

/**
 * Files that wait come first, in turn with those that work, so that both processors are busy. They come project by
 * project: Vitest ends a shared process when the next file is of another project.
 */
class WaitAndWork extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const early = EARLY.flatMap((name) => inTurn(sorted.filter(({ project }) => project.name === name)));
    return [...early, ...sorted.filter(({ project }) => !EARLY.includes(project.name))];
  }
}

function inTurn(files: readonly TestSpecification[]): TestSpecification[] {
  const waiting = files.filter(({ moduleId }) => WAITING.test(moduleId));
  const working = files.filter(({ moduleId }) => !WAITING.test(moduleId));
  return files.flatMap((_, at) => [waiting[at], working[at]]).filter((file) => file !== undefined);
}

const settings = {
  env: {
    // The CDK's check of templates takes longer than synthesis; nag.test.ts asks for it, once for each app.
    CDK_VALIDATION: "false",
    // esbuild and tsc, which are written in Go, spend a fifth less on collecting garbage, with little more memory.
    GOGC: "400",
  },
  setupFiles: ["test/setup/keep-compiled-code.ts", "test/setup/remove-temporary-files.ts"],
  testTimeout: 120_000,
  hookTimeout: 120_000,
  // Node loads the sources as they are, and keeps what it compiles: Vite takes three times as long.
  experimental: { viteModuleRunner: false },
};

/** Files that share processes and the templates of the app. Apart from the small ones, since an app takes much memory. */
const CONSTRUCTS = ["test/constructs/**/*.test.ts"];

/** Files that share processes, and with them the code of simulated functions: what is compiled once runs faster everywhere. */
const SIMULATIONS = [
  "test/{cost,end-to-end,testing}/**/*.test.ts",
  "test/local/{limits,simulation}/**/*.test.ts",
  "test/soak/seeds.test.ts",
];

/** Files with a process each: they wait for browsers, measure memory, or read how the environment is set when the CDK is loaded. */
const ALONE = [
  "test/console/local/*.test.ts",
  "test/security/browser.test.ts",
  "test/constructs/nag.test.ts",
  "test/local/simulation/memory.test.ts",
  // Loops over pixels: a process that has run other code optimizes them badly, and takes four times as long.
  "test/workflows/video/{film,film-page,quality}.test.ts",
];

/** Files that start processes and threads, and wait for them. Apart from the small ones, since they come early. */
const PROCESSES = [
  "test/start/{embedding,mistake,new,tutorial}.test.ts",
  "test/security/{data-files,local-endpoint,roles}.test.ts",
  "test/end-to-end/real-time/*.test.ts",
  "test/local/{durability,reload}/*.test.ts",
  "test/local/cloud/{separate-stacks,start}.test.ts",
  "test/local/iam/condition-keys.test.ts",
  "test/local/wire/past-faults.test.ts",
  "test/end-to-end/operations/logs.test.ts",
];

/** Files that import the console's sources: Vite loads them. */
const CONSOLE = ["test/console/*.test.ts"];

/** Files that replace a module of Node: Vite loads them, each in a process of its own, which may have the module already. */
const BY_VITE = [
  "test/local/durability/store.test.ts",
  "test/local/kernel/store.test.ts",
  "test/local/lambda/processors.test.ts",
];

const project = (name: string, include: string[], options: object) => ({
  test: { ...settings, name, include, ...options },
});
/** Those of the other lists are left out: a file is in one project. */
const shared = (name: string, include: string[], exclude: string[] = [], options: object = {}) =>
  project(name, include, { ...options, exclude: [...ALONE, ...BY_VITE, ...exclude], isolate: false });

export default defineConfig({
  test: {
    globalSetup: ["test/setup/temporary-folder.ts", "test/setup/compile-cache.ts", "test/setup/console.ts"],
    // One worker less than there are processors, the default, would be one on a small machine. One more took as long.
    maxWorkers: "100%",
    sequence: { sequencer: WaitAndWork },
    projects: [
      // All others: they are many and small, and to load the modules takes longer than the tests.
      shared("small", ["test/**/*.test.ts"], [...CONSTRUCTS, ...SIMULATIONS, ...PROCESSES, ...CONSOLE]),
      shared("processes", PROCESSES),
      shared("constructs", CONSTRUCTS, [], {
        // Tests of templates run no function.
        env: { ...settings.env, CDK_CONTEXT_JSON: JSON.stringify({ "aws:cdk:bundling-stacks": [] }) },
      }),
      shared("simulations", SIMULATIONS, PROCESSES, {
        // They leave much garbage, and it is collected a tenth faster where more of it fits into the young generation.
        // Nowhere else: it applies to threads too, and one that then runs out of memory ends its process.
        execArgv: ["--max-semi-space-size=64"],
      }),
      project("alone", ALONE, { exclude: BY_VITE }),
      shared("console", CONSOLE, [], { experimental: {} }),
      project("by-vite", BY_VITE, { experimental: {} }),
    ],
  },
});
