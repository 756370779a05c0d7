import { test } from "vitest";
import { burst } from "../../test/end-to-end/video/burst.ts";

/**
 * Two hundred briefs at once, and workers that are killed. The suite tries a dozen.
 *
 *   vitest run --config bench/soak/burst.config.ts
 */
test("two hundred briefs at once, and workers that are killed: each becomes one film that is out", async () => {
  await burst(200);
});
