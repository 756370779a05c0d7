import { consoleFolder } from "../../lib/constructs/control-plane/console-assets.ts";

/**
 * Builds the console before the first test files, whose apps contain it: they start at the same time, and each would build
 * it. Copies of this repository contain the built one.
 */
export default function setUp(): void {
  try {
    consoleFolder();
  } catch {
    // The tests of apps fail with the reason. Others can run while someone edits the console.
  }
}
