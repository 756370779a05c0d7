import { describe, expect, it } from "vitest";
import { digest } from "../../lib/contract/canonical.ts";

// The SHA-256 of "abc" (FIPS 180-4) in base32 (RFC 4648), without padding.
const WHOLE = "xj4bnp4pahh6uqkbidpf3lrceoyagyndsylxvhfucd7wd4qacww";

describe("a digest", () => {
  it("is the beginning of the text's SHA-256 in base32", () => {
    expect(digest("abc")).toBe(WHOLE.slice(0, 26));
    expect(digest("abc", 1)).toBe("x");
  });

  it("has bits of zero after the last byte", () => {
    expect(digest("abc", WHOLE.length)).toBe(WHOLE);
  });

  it("is that of the text in UTF-8", () => {
    // sha256 of the bytes c3 a9
    expect(digest("é")).toBe("jkmvk7sagpbvhhpc5nsuoiaxzl");
  });
});
