import { describe, expect, test } from "vitest";
import type { SharedFiles } from "../../../lambdas/runtime/ports/files.ts";

/** What holds for the files that runs share, wherever they are kept. */
export function sharedFilesSuite(name: string, open: () => Promise<SharedFiles> | SharedFiles): void {
  describe(name, () => {
    const text = (file: { body: Uint8Array } | undefined) => file && Buffer.from(file.body).toString();

    test("a file is read as it was written, with an address; a missing one is undefined", async () => {
      const shared = await open();
      expect(await shared.read("none.txt")).toBeUndefined();
      expect(await shared.write("a/b.txt", "one", "text/plain")).toBe(true);
      expect(text(await shared.read("a/b.txt"))).toBe("one");
      expect(shared.uri("a/b.txt")).toMatch(/^s3:\/\/[^/]+\/_shared\/[a-z]+\/a\/b\.txt$/);
    });

    test("a file is written over the version that was read, or not at all", async () => {
      const shared = await open();
      await shared.write("f", "one", "text/plain");
      const { version } = (await shared.read("f"))!;
      expect(await shared.write("f", "two", "text/plain", version)).toBe(true);
      expect(await shared.write("f", "three", "text/plain", version)).toBe(false);
      expect(text(await shared.read("f"))).toBe("two");
    });

    test("of two writers of a missing file, one succeeds", async () => {
      const shared = await open();
      const wrote = await Promise.all(
        ["one", "two"].map((body) => shared.write("first", body, "text/plain", null)),
      );
      expect([...wrote].sort()).toEqual([false, true]);
      expect(text(await shared.read("first"))).toBe(wrote[0] ? "one" : "two");
    });

    test("a removed file cannot be written over, and can be removed again", async () => {
      const shared = await open();
      await shared.write("gone", "one", "text/plain");
      const { version } = (await shared.read("gone"))!;
      await shared.remove("gone");
      await shared.remove("gone");
      expect(await shared.read("gone")).toBeUndefined();
      expect(await shared.write("gone", "two", "text/plain", version)).toBe(false);
      expect(await shared.write("gone", "two", "text/plain", null)).toBe(true);
    });
  });
}
