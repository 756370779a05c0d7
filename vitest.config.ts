import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Long files that wait more than they work, to begin with. */
const FIRST = /\/test\/(?:start|console)\//;

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rank = ({ moduleId }: TestSpecification) => (FIRST.test(moduleId) ? 0 : 1);
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}

const settings = {
  // The CDK's check of templates takes longer than synthesis; nag.test.ts asks for it, once for each app.
  env: { CDK_VALIDATION: "false" },
  testTimeout: 120_000,
  hookTimeout: 120_000,
};

/** Files that share processes: they are many and small, and to load the modules takes longer than the tests. */
const SMALL = [
  "test/{agents,api,cli,contract,runtime,workflow}/**/*.test.ts",
  "test/local/{apigateway,assembly,cloudwatch,dynamodb,events,iam,kernel,lambda,logs,runtime,s3,scheduler,sdk,sqs,states,wire}/**/*.test.ts",
];

/** Files that share processes and the templates of the app. Apart from the small ones, since an app takes much memory. */
const CONSTRUCTS = ["test/constructs/**/*.test.ts"];

/** Files that replace a module of Node, or read how the environment is set when the CDK is loaded. */
const ALONE = [
  "test/constructs/nag.test.ts",
  "test/local/iam/condition-keys.test.ts",
  "test/local/kernel/store.test.ts",
  "test/local/lambda/processors.test.ts",
];

export default defineConfig({
  test: {
    globalSetup: ["test/temporary-folder.ts", "test/compile-cache.ts"],
    // One worker less than there are processors, the default, would be one on a small machine. One more took as long.
    maxWorkers: "100%",
    sequence: { sequencer: LongFirst },
    projects: [
      { test: { ...settings, name: "small", include: SMALL, exclude: ALONE, isolate: false } },
      { test: { ...settings, name: "constructs", include: CONSTRUCTS, exclude: ALONE, isolate: false } },
      { test: { ...settings, name: "alone", include: ALONE } },
      {
        test: {
          ...settings,
          name: "large",
          include: ["test/**/*.test.ts"],
          exclude: [...SMALL, ...CONSTRUCTS],
        },
      },
    ],
  },
});
