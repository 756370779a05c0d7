import { flushCompileCache } from "node:module";
import { afterAll } from "vitest";

/**
 * Writes the code that this process has compiled, for the processes after it. Node does so at the exit, but Vitest
 * ends its processes by a signal.
 */
afterAll(() => flushCompileCache());
