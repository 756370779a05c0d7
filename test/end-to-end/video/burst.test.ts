import { test } from "vitest";
import { burst } from "./burst.ts";

test("briefs at once, and workers that are killed: each becomes one film that is out", async () => {
  await burst(12);
});
