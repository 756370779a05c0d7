import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { bundleHandlers } from "../lib/constructs/bundles/bundle-handlers.ts";
import { ENVIRONMENT } from "../lib/contract/environment.ts";
import { median, print, say, table } from "./figures.ts";
import { synthesizeInto, withFolder } from "./harness.ts";

/**
 * What each function of the app loads at a cold start, next to two small handlers: one without any imports, and one that
 * writes to a table with the SDK's client. All are bundled by the same call of esbuild and loaded by the same Node.
 * `node bench/bundles.ts`, or with how often each is loaded: `node bench/bundles.ts 1`.
 */
const [REPETITIONS = 9] = process.argv.slice(2).map(Number);

const SMALL = {
  "no imports": "export const handler = async () => {};",
  "one client of the SDK": `import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
    import { DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";
    const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));
    export const handler = (event: any) => client.send(new PutCommand(event));`,
};

interface Loading {
  milliseconds: number;
  processor: number;
  /** Resident megabytes of the process. */
  resident: number;
}

/** Loads a bundle in a new process, with the environment that its function has. */
function load(bundle: string): Loading {
  const program = `const began = performance.now();
    const used = process.cpuUsage();
    await import(${JSON.stringify(join(bundle, "index.mjs"))});
    const { user, system } = process.cpuUsage(used);
    const milliseconds = performance.now() - began;
    const resident = process.memoryUsage.rss() / 1e6;
    console.log(JSON.stringify({ milliseconds, processor: (user + system) / 1000, resident }));`;
  // The settings of a collector are JSON.
  const names = Object.values(ENVIRONMENT).filter((name) => name !== ENVIRONMENT.telemetry);
  const output = execFileSync(process.execPath, ["--input-type=module", "--eval", program], {
    encoding: "utf8",
    env: {
      PATH: process.env.PATH,
      ...Object.fromEntries(names.map((name) => [name, "1"])),
      AWS_LAMBDA_FUNCTION_NAME: "f",
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "id",
      AWS_SECRET_ACCESS_KEY: "secret",
      NODE_OPTIONS: "--enable-source-maps",
    },
  });
  return JSON.parse(output);
}

/** Distinguishes Millrace's own from a user's of the same name. */
function nameOf(bundle: string): string {
  return basename(dirname(bundle)) === "millrace" ? `millrace_${basename(bundle)}` : basename(bundle);
}

const sizeOf = (bundle: string) => statSync(join(bundle, "index.mjs")).size;
const gzipOf = (bundle: string) => gzipSync(readFileSync(join(bundle, "index.mjs"))).length;
const modulesOf = (bundle: string): number =>
  JSON.parse(readFileSync(join(bundle, "index.mjs.map"), "utf8")).sources.length;
const kilobytes = (bytes: number) => `${Math.round(bytes / 1024)} KB`;

await withFolder(async (folder) => {
  const assembly = join(folder, "assembly");
  await synthesizeInto(assembly, "node bin/app.ts");
  const [group] = readdirSync(join(assembly, "bundles"));
  const bundles = ["handlers", "millrace"].flatMap((origin) => {
    const parent = join(assembly, "bundles", group!, origin);
    return readdirSync(parent)
      .sort()
      .map((name) => join(parent, name));
  });

  const sources = join(folder, "sources");
  mkdirSync(sources);
  const entries = new Map<string, string>();
  for (const [name, text] of Object.entries(SMALL)) {
    const path = join(sources, `${name}.ts`);
    writeFileSync(path, text);
    entries.set(name, path);
  }
  const outdir = join(folder, "small");
  bundleHandlers(entries, outdir);
  bundles.push(...[...entries.keys()].map((name) => join(outdir, name)));

  const loadings = new Map(bundles.map((bundle) => [bundle, [] as Loading[]]));
  for (let round = 0; round < REPETITIONS; round++) {
    say(`round ${round + 1} of ${REPETITIONS}`);
    for (const [bundle, known] of loadings) known.push(load(bundle));
  }
  const rows = [...loadings].map(([bundle, known]) => {
    const middle = (of: keyof Loading) => Math.round(median(known.map((one) => one[of])));
    return [
      nameOf(bundle).replaceAll("_", "."),
      kilobytes(sizeOf(bundle)),
      kilobytes(gzipOf(bundle)),
      String(modulesOf(bundle)),
      `${middle("milliseconds")} ms`,
      `${middle("processor")} ms`,
      `${middle("resident")} MB`,
    ];
  });
  print(table(["function", "minified", "gzip", "modules", "import", "processor", "resident"], rows));
});
