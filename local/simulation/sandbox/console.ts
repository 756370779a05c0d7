import { Console } from "node:console";
import { format } from "node:util";
import type { LogLevel, Output } from "../../lambda/runner.ts";
import { overlay } from "./overlay.ts";

const LEVELS: Record<string, LogLevel> = {
  trace: "TRACE",
  debug: "DEBUG",
  log: "INFO",
  info: "INFO",
  warn: "WARN",
  error: "ERROR",
};

/** `console` as Lambda's runtime sets it up: each call is one entry of the log. */
export function consoleOf(
  process: NodeJS.Process,
  logFormat: "Text" | "JSON",
  write: (output: Output) => void,
): Console {
  const text = (parts: unknown[]) =>
    logFormat === "Text" ? format(...parts) : JSON.stringify({ message: messageOf(parts) }).slice(1, -1);
  const methods = Object.entries(LEVELS).map(([method, level]) => [
    method,
    (...parts: unknown[]) => write({ level, text: text(parts) }),
  ]);
  return overlay(new Console(process.stdout, process.stderr), { ...Object.fromEntries(methods), Console });
}

function messageOf(parts: unknown[]): unknown {
  const [only] = parts;
  const isData = parts.length === 1 && typeof only === "object" && !(only instanceof Error);
  return isData ? only : format(...parts);
}
