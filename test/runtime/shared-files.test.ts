import { expect, test } from "vitest";
import { sharedFilesOf } from "../../lambdas/runtime/aws/files/lazy-shared-files.ts";
import { memoryShared } from "./memory-work.ts";
import { sharedFilesSuite } from "./shared-files.contract.ts";

sharedFilesSuite("in memory", () => memoryShared().shared);

test("who has not declared a folder is told what to declare", async () => {
  const shared = sharedFilesOf("bucket", "publish", undefined);
  await expect(shared.read("feed.json")).rejects.toThrow('"publish" shares no folder. Declare it: shared:');
});
