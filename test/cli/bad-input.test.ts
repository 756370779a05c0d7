import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { millraceHere } from "./in-process.ts";

const root = join(import.meta.dirname, "../..");
/** A port of this machine at which nothing answers: it is reserved. */
const UNREACHABLE = "http://127.0.0.1:1";

/** In a process of its own, with standard input. */
function millrace(args: string[], input: string): Promise<{ code: number; out: string; error: string }> {
  return new Promise((resolve) => {
    const command = [join(root, "bin/millrace.ts"), "--endpoint", UNREACHABLE, ...args];
    const child = execFile(process.execPath, command, { cwd: root }, (failure, out, error) =>
      resolve({ code: Number(failure?.code ?? 0), out, error }),
    );
    child.stdin?.end(input);
  });
}

const valid = '{"videoId":"v","topic":"tides"}';
const notJson = join(tmpdir(), `millrace-not-json-${process.pid}`);
writeFileSync(notJson, "{videoId: 1}");

describe("each mistake gets one message with the place and the remedy, and a non-zero exit code", () => {
  const cases: [string, string[], RegExp, string?][] = [
    [
      "an unknown event",
      ["send", "video.wanted", "{}"],
      /^No subscriber takes an event named "video\.wanted"\. Available: video\.requested, video\.withdrawn\.\n$/,
    ],
    ["a redrive of nothing", ["dead-letters", "redrive"], /^Give the id of a dead letter, --subscriber/],
    [
      "a redrive of one and of all",
      ["dead-letters", "redrive", "w", "--all"],
      /^Give the id of a dead letter, --subscriber/,
    ],
    [
      "JSON that does not parse",
      ["send", "video.requested", '{"videoId":'],
      /^The payload is not JSON: .*Nothing was sent/,
    ],
    [
      "a file that is not JSON",
      ["send", "video.requested", `@${notJson}`],
      /millrace-not-json.* is not JSON/,
    ],
    [
      "standard input that is not JSON",
      ["send", "video.requested", "-"],
      /^Standard input is not JSON/,
      "nonsense",
    ],
    [
      "a file that is not there",
      ["send", "video.requested", "@/no/such.json"],
      /^The file \/no\/such\.json does not exist\. Check its path\. Nothing was sent\.$/m,
    ],
    [
      "a document to import that is not there",
      ["contracts", "import", "/no/such.json"],
      /^The file \/no\/such\.json does not exist\. Check its path\.$/m,
    ],
    [
      "a payload that breaks the contract",
      ["send", "video.requested", '{"videoId":"v","topic":"","scenes":"many"}'],
      /breaks the contract of video\.requested \(version 2\)\. Nothing was sent\.\n {2}topic: .*\(value: ""\)\n {2}scenes: .*\(value: "many"\)/,
    ],
    ["a payload that is no object", ["send", "video.requested", "7"], /breaks the contract/],
    [
      "a replay without a target",
      ["replay-events", "--from", "2 hours ago"],
      /^Choose the target: --subscriber <name>, --all, or --run <id>/,
    ],
    [
      "a replay to one and to all",
      ["replay-events", "--all", "--subscriber", "produce-video"],
      /^Choose the target/,
    ],
    [
      "a backfill from no time",
      ["backfill", "produce-video", "--from", "since long ago"],
      /^"since long ago" is not a time\. Use a form like "2 hours ago", or/,
    ],
    [
      "a cloud that is not there",
      ["runs"],
      /^Cannot reach http:\/\/127\.0\.0\.1:1\. Start the local cloud with "npm start"/,
    ],
    ["a valid event and no cloud", ["send", "video.requested", valid], /^Cannot reach/],
    ["a missing argument", ["approve"], /missing required argument 'run'/],
    ["a missing argument of a command's command", ["settings", "set"], /argument 'name'\n\(see --help\)/],
    ["an unknown command", ["publish"], /unknown command 'publish'/],
    ["an unknown option", ["runs", "--all"], /unknown option '--all'/],
    ["a limit that is no number", ["runs", "--limit", "many"], /It must be a whole number from 1 to 1000/],
  ];
  test.each(cases)("%s", async (_, args, message, input) => {
    const { code, out, error } = await (input === undefined
      ? millraceHere("--endpoint", UNREACHABLE, ...args)
      : millrace(args, input));
    expect(error).toMatch(message);
    expect(error).not.toMatch(/^\s+at /m);
    expect(out).toBe("");
    expect(code).toBe(1);
  });
});

test("every command has a help text", async () => {
  for (const command of ["send", "runs", "run", "approve", "reject", "watch", "quarantine"]) {
    const { code, out } = await millraceHere(command, "--help");
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`^Usage: millrace ${command}`));
  }
});
