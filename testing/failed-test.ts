/** Whether the current test has failed, according to Vitest; false if another program runs the tests. */
export async function testHasFailed(): Promise<boolean> {
  if (process.env.VITEST === undefined) return false;
  try {
    // By a name that is not resolved if the package is not installed.
    const vitest = "vitest";
    const { TestRunner } = (await import(vitest)) as VitestModule;
    return TestRunner?.getCurrentTest()?.result?.state === "fail";
  } catch {
    return false;
  }
}

interface VitestModule {
  /** From Vitest 4.1 on. */
  TestRunner?: { getCurrentTest(): { result?: { state?: string } } | undefined };
}
