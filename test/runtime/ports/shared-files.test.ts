import { expect, test } from "vitest";
import { sharedFilesOf } from "../../../lambdas/runtime/aws/files/shared-files.ts";
import { memoryShared } from "../memory/memory-work.ts";
import { sharedFilesSuite } from "./shared-files.contract.ts";

sharedFilesSuite("in memory", () => memoryShared().shared);

test("without a declared folder, the error says what to declare", async () => {
  const shared = sharedFilesOf("bucket", "publish", undefined);
  await expect(shared.read("feed.json")).rejects.toThrow('"publish" shares no folder. Declare it: shared:');
});
