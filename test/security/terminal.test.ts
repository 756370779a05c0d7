import { styleText } from "node:util";
import { expect, onTestFinished, test, vi } from "vitest";
import { print } from "../../bin/format.ts";
import { describeLine } from "../../bin/log-line.ts";

/** What `print` writes to the terminal. */
function printed(text: string): string {
  const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  onTestFinished(() => write.mockRestore());
  print(text);
  return String(write.mock.lastCall![0]);
}

test.each([
  ["fills the clipboard", "\u001b]52;c;cm0gLXJmIH4=\u0007"],
  ["names the window", "\u001b]0;root\u0007"],
  ["clears the screen", "\u001b[2J\u001b[H"],
  ["clears the screen, in one byte", "\u009b2J"],
  ["hides what follows", "\u001b[8m"],
  ["rewrites its line", "failed\rsucceeded"],
  ["deletes what is before it", "failed\b\b\b\b\b\bdone"],
])("a text of an event that %s is shown, and not executed", (_, text) => {
  const line = describeLine({ id: "1", at: 0, text: JSON.stringify({ level: "ERROR", message: text }) });
  const out = printed(line);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be printed
  expect(out.slice(0, -1)).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
  expect(out).toMatch(/\\u00[0-9a-f]{2}/);
});

test("colours, tabs and line ends are printed, and JSON stays the same value", () => {
  const text = `${styleText("red", "failed", { validateStream: false })}\tat\r\nnode`;
  expect(printed(text)).toBe(`${text}\n`);
  const value = { text: "a\u009bb\u007f\u001b[2J" };
  expect(JSON.parse(printed(JSON.stringify(value)))).toEqual(value);
});
