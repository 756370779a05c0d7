import { invalidParameter } from "./errors.ts";

/**
 * Variables with which Node.js loads other code when it starts, or writes files. Functions run in threads of
 * the local cloud's own process, so a caller who sets one of them would run code as the user of this machine.
 */
const OF_THREADS = new Set([
  "NODE_OPTIONS",
  "NODE_PATH",
  "NODE_V8_COVERAGE",
  "NODE_COMPILE_CACHE",
  "NODE_REDIRECT_WARNINGS",
  "NODE_REPL_EXTERNAL_MODULE",
  "NODE_ICU_DATA",
]);
/** The same for the programs that a function starts. */
const OF_PROGRAMS = /^(?:LD_.*|DYLD_.*|OPENSSL_(?:CONF|MODULES|ENGINES)|BASH_ENV|AWS_LAMBDA_EXEC_WRAPPER)$/;

const isLoading = (name: string) => OF_THREADS.has(name) || OF_PROGRAMS.test(name);

/**
 * Options of Node.js that only change what is reported: they load no code, write no files and open no ports.
 */
const HARMLESS = new Set([
  "--enable-source-maps",
  "--no-warnings",
  "--no-deprecation",
  "--pending-deprecation",
  "--throw-deprecation",
  "--trace-deprecation",
  "--trace-uncaught",
  "--trace-warnings",
]);

/** Throws InvalidParameterValueException if a caller of the API sets or changes such a variable. */
export function refuseLoading(given: Record<string, string>, earlier: Record<string, string>): void {
  const name = Object.keys(given).find((one) => isLoading(one) && given[one] !== earlier[one]);
  if (name === undefined) return;
  throw invalidParameter(
    `The local cloud takes the environment variable ${name} from the template only: it decides which code runs on this machine. Set it in your CDK app.`,
  );
}

/**
 * The variables of a thread: without those that Node.js would apply, and with the harmless options of
 * NODE_OPTIONS.
 */
export function startupOf(variables: Record<string, string>): {
  variables: Record<string, string>;
  options: string[];
  /** The removed variables, as they were given: `NODE_OPTIONS=--import ./x.mjs`. */
  ignored: string[];
} {
  const entries = Object.entries(variables);
  const options = (variables.NODE_OPTIONS ?? "").split(/\s+/).filter((option) => option !== "");
  const left = options.filter((option) => !HARMLESS.has(option));
  const others = entries.filter(([name]) => OF_THREADS.has(name) && name !== "NODE_OPTIONS");
  return {
    variables: Object.fromEntries(entries.filter(([name]) => !OF_THREADS.has(name))),
    options: options.filter((option) => HARMLESS.has(option)),
    ignored: [
      ...(left.length > 0 ? [`NODE_OPTIONS=${left.join(" ")}`] : []),
      ...others.map(([name, value]) => `${name}=${value}`),
    ],
  };
}
