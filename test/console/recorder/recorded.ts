import { expect, test } from "vitest";
import { readParts } from "../../../console/mock/recording.ts";
import { sharedAssembly } from "../../assemblies.ts";
import { record } from "./recording.ts";
import { recordedApp } from "./synthesize.ts";
import { vocabularyOf } from "./vocabulary.ts";

/**
 * `npm run soak:sweeps` records again; it takes too long for the suite, which compares the recording with the
 * definitions and the API's description: test/console/mock.test.ts.
 */
test("what is recorded is what the API answers; otherwise `npm run record:console`", async () => {
  const recorded = vocabularyOf(await record(sharedAssembly("recorded", recordedApp)));
  expect(vocabularyOf(readParts())).toEqual(recorded);
});
