import { format } from "node:util";

/**
 * A stand-in for the package `vitest`: `runner.ts` resolves that import of a test file to this file. Vitest
 * loads all files again for each run. Here, `test` and `describe` only collect the tests, so that a mutant
 * takes as long as its tests.
 *
 * It has what the runtime's tests use: `test` with `each`, `skip`, `runIf` and `skipIf`, `describe` with `each`,
 * `beforeEach` and `afterEach`. `vi` and the matchers are those of Vitest itself, which needs the state of one of
 * its workers for them.
 */
(globalThis as any).__vitest_worker__ = {
  config: { expect: {}, fakeTimers: {}, sequence: {}, root: process.cwd() },
  moduleExecutionInfo: new Map(),
};
process.env.VITEST = "true";
const real = await import(import.meta.resolve("../../../node_modules/vitest/dist/index.js"));

type Body = (...given: any[]) => unknown;

export interface CollectedTest {
  name: string;
  file: string;
  body: Body;
  before: Body[];
  after: Body[];
  isSkipped: boolean;
}

interface Suite {
  name: string;
  before: Body[];
  after: Body[];
  within?: Suite;
}

export const collected: CollectedTest[] = [];
let suite: Suite;

/** Collects the tests of a file. */
export async function collect(file: string): Promise<void> {
  suite = { name: "", before: [], after: [] };
  const root = suite;
  const first = collected.length;
  await import(file);
  for (const one of collected.slice(first)) one.file = file;
  suite = root;
}

/** One as the tests of Vitest are: first the hooks of the outer suites, last those of the inner ones. */
export async function runTest({ before, body, after }: CollectedTest): Promise<void> {
  try {
    for (const hook of before) await hook();
    await body();
  } finally {
    for (const hook of after) await hook();
  }
}

const suitesOf = (one: Suite | undefined): Suite[] => (one ? [...suitesOf(one.within), one] : []);

function addTest(name: string, body: Body, isSkipped = false): void {
  const suites = suitesOf(suite);
  const full = [...suites.map((one) => one.name), name].filter(Boolean).join(" > ");
  collected.push({
    name: full,
    file: "",
    // Hooks may still be added to its suites.
    get before() {
      return suites.flatMap((one) => one.before);
    },
    get after() {
      return suites.toReversed().flatMap((one) => one.after);
    },
    body,
    isSkipped,
  });
}

function addSuite(name: string, body: Body): void {
  const outer = suite;
  suite = { name, before: [], after: [], within: outer };
  body();
  suite = outer;
}

/** `test.each(rows)(name, body)`. Names with the same text get a number. */
const each =
  (add: (name: string, body: Body) => void) =>
  (rows: readonly unknown[]) =>
  (name: string, body: Body): void => {
    for (const [at, row] of rows.entries()) {
      const given = Array.isArray(row) ? row : [row];
      add(`${titleOf(name, given)} (${at + 1})`, () => body(...given));
    }
  };

/** Vitest puts an argument where the name has %s, and appends none that is left. */
function titleOf(name: string, given: unknown[]): string {
  const places = name.match(/%[sdifjo]/g)?.length ?? 0;
  return format(name, ...given.slice(0, places));
}

/** `test(name, body)` and `test(name, options, body)`. */
const bodyOf = (given: any[]): Body => given.find((one) => typeof one === "function");

export const test = Object.assign((name: string, ...given: any[]) => addTest(name, bodyOf(given)), {
  each: each(addTest),
  skip: (name: string, ...given: any[]) => addTest(name, bodyOf(given), true),
  runIf:
    (condition: unknown) =>
    (name: string, ...given: any[]) =>
      addTest(name, bodyOf(given), !condition),
  skipIf:
    (condition: unknown) =>
    (name: string, ...given: any[]) =>
      addTest(name, bodyOf(given), !!condition),
});
export const it = test;
export const describe = Object.assign(addSuite, { each: each(addSuite) });
export const beforeEach = (hook: Body) => void suite.before.push(hook);
export const afterEach = (hook: Body) => void suite.after.unshift(hook);

export const { vi } = real;
export const expect = Object.assign(real.expect, {
  poll: (read: () => unknown) =>
    new Proxy(
      {},
      {
        get:
          (_, matcher: string) =>
          (...given: unknown[]) =>
            vi.waitFor(async () => real.expect(await read())[matcher](...given)),
      },
    ),
});
