import childProcess from "node:child_process";
import cluster from "node:cluster";
import crypto from "node:crypto";
import dgram from "node:dgram";
import dns from "node:dns";
import fs from "node:fs";
import http2 from "node:http2";
import net from "node:net";
import tls from "node:tls";
import workers from "node:worker_threads";
import type { Random } from "../../kernel/random.ts";
import { overlay } from "./overlay.ts";

/** Functions of Node's modules by which code would leave the simulation. */
const WAYS_OUT: [module: string, exports: object, functions: string[]][] = [
  ["net", net, ["connect", "createConnection", "createServer"]],
  ["tls", tls, ["connect", "createServer"]],
  ["http2", http2, ["connect", "createServer", "createSecureServer"]],
  ["dgram", dgram, ["createSocket"]],
  ["dns", dns, ["lookup", "resolve", "resolve4", "resolve6"]],
  ["cluster", cluster, ["fork"]],
  ["worker_threads", workers, ["Worker"]],
  [
    "child_process",
    childProcess,
    ["exec", "execFile", "execFileSync", "execSync", "fork", "spawn", "spawnSync"],
  ],
];

/** Node's modules that would leave the simulation, with each way out refused by name. */
export function closedModules(): Record<string, unknown> {
  return Object.fromEntries(
    WAYS_OUT.map(([module, exports, functions]) => {
      const refused = functions.map((name) => [name, () => refuse(`${module}.${name}`)]);
      return [module, { ...exports, ...Object.fromEntries(refused) }];
    }),
  );
}

export function refuse(what: string): never {
  throw new Error(
    `A simulation has no network, no processes and no threads: ${what} is refused. Replace the function with "handlers".`,
  );
}

/** `node:crypto` whose random values are drawn from ours. What is derived from given values stays as it is. */
export function cryptoModule(random: Random): typeof crypto {
  const fill = <Into extends NodeJS.ArrayBufferView>(into: Into): Into => {
    Buffer.from(into.buffer, into.byteOffset, into.byteLength).set(random.bytes(into.byteLength));
    return into;
  };
  const drawn = {
    randomUUID: () => random.uuid(),
    getRandomValues: fill,
    randomFillSync: fill,
    randomBytes(length: number, done?: (error: null, bytes: Buffer) => void) {
      const bytes = Buffer.from(random.bytes(length));
      return done ? queueMicrotask(() => done(null, bytes)) : bytes;
    },
    randomInt(from: number, to?: number | ((error: null, value: number) => void), done = to) {
      const [least, most] = typeof to === "number" ? [from, to] : [0, from];
      const value = least + Math.floor(random.fraction() * (most - least));
      return typeof done === "function" ? queueMicrotask(() => done(null, value)) : value;
    },
  };
  const webcrypto = overlay(crypto.webcrypto, { randomUUID: drawn.randomUUID, getRandomValues: fill });
  return overlay(crypto, { ...drawn, webcrypto });
}

/** `Math` whose `random` is ours. */
export function mathOf(random: Random): Math {
  const members = Object.getOwnPropertyDescriptors(Math);
  return Object.defineProperties({}, { ...members, random: { value: () => random.fraction() } }) as Math;
}

/**
 * `node:fs/promises` that has read a file before anything else can happen: how long a disk takes must not decide
 * which of two invocations comes first.
 */
export const promptFiles = overlay(fs.promises, {
  readFile: async (...given: Parameters<typeof fs.readFileSync>) => fs.readFileSync(...given),
});

/** `node:fs` with those promises. */
export const promptFileSystem = overlay(fs, { promises: promptFiles });

/** As much of WebAssembly as is needed here: its types belong to the browser's library. */
interface Compiler {
  Module: new (bytes: unknown) => object;
  Instance: new (module: object, imports?: unknown) => object;
}
const compiler = (globalThis as unknown as { WebAssembly: Compiler }).WebAssembly;

/** `WebAssembly` that compiles before anything else can happen, for the same reason. */
export const promptWebAssembly: object = overlay(compiler, {
  compile: async (bytes: unknown) => new compiler.Module(bytes),
  async instantiate(source: unknown, imports?: unknown) {
    if (source instanceof compiler.Module) return new compiler.Instance(source, imports);
    const module = new compiler.Module(source);
    return { module, instance: new compiler.Instance(module, imports) };
  },
});
