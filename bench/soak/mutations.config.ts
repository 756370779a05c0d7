import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { MUTATIONS } from "./mutations.ts";

const ROOT = join(import.meta.dirname, "../..");
const mutation = MUTATIONS.find(({ name }) => name === process.env.MUTATION);

/** The runtime's tests, over code with one fault planted: no file is changed. */
export default defineConfig({
  plugins: [
    {
      name: "millrace:mutation",
      enforce: "pre",
      transform(code, id) {
        if (!mutation || id.split("?")[0] !== join(ROOT, mutation.file)) return undefined;
        if (code.split(mutation.from).length !== 2)
          throw new Error(
            `The text of the mutation "${mutation.name}" is not once in ${mutation.file}. Adapt it.`,
          );
        return code.replace(mutation.from, () => mutation.to);
      },
    },
  ],
  test: {
    root: ROOT,
    include: ["test/runtime/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
