import { EventEmitter } from "node:events";
import { Writable } from "node:stream";
import type { Output } from "../../lambda/runner.ts";
import { overlay } from "./overlay.ts";

/** `process` of one environment: its own variables, output and listeners. `exit` ends the environment alone. */
export function processOf(
  variables: Record<string, string>,
  write: (output: Output) => void,
  exit: (status: number) => void,
): NodeJS.Process {
  const emitter = new EventEmitter();
  const listening = Object.fromEntries(
    Object.keys(EventEmitter.prototype)
      .filter((name) => typeof emitter[name as keyof EventEmitter] === "function")
      .map((name) => [name, (emitter[name as keyof EventEmitter] as () => void).bind(emitter)]),
  );
  const stream = () =>
    new Writable({
      decodeStrings: false,
      write(chunk: string | Buffer, _encoding, done) {
        write({ text: chunk.toString() });
        done();
      },
    });
  return overlay(process, {
    ...listening,
    env: { ...variables },
    argv: [process.argv0],
    stdout: stream(),
    stderr: stream(),
    exit(status: number = 0): void {
      exit(status);
    },
    abort: () => exit(134),
  });
}
