import { expect, test } from "vitest";
import { COMMANDS, createProgram } from "../../bin/program.ts";

const namesOf = async (...args: string[]) => {
  const program = await createProgram(args, () => {});
  return program.commands.map((command) => command.name());
};

test.each(Object.keys(COMMANDS))("%s is loaded by its name, and nothing else", async (name) => {
  expect(await namesOf("--json", "--stack", "runs", name, "send")).toEqual([name]);
});

test("all commands are there for help, for the completion of words, and to suggest a name", async () => {
  const all = [...Object.keys(COMMANDS), "complete"];
  for (const args of [[], ["--help"], ["help", "send"], ["complete", "--", "se"], ["sned"], ["constructor"]])
    expect(await namesOf(...args)).toEqual(all);
});
