import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { bundleHandlers } from "../lib/constructs/bundle.ts";
import { ENVIRONMENT } from "../lib/contract/environment.ts";
import { median, print, say, table } from "./figures.ts";
import { synthesizeInto, withFolder } from "./harness.ts";

/**
 * Every Lambda of the app compared with the smallest handler that has the same SDK clients and commands: one that only hands
 * its event to each of them. Both are bundled by the same call of esbuild and loaded by the same Node. `node bench/bundles.ts`, or with
 * how often each is loaded: `node bench/bundles.ts 1`.
 */
const [REPETITIONS = 9] = process.argv.slice(2).map(Number);
/** Loaded at the first use by the app's handlers, and so by the smallest ones. */
const LAZY = new Set(["@aws-sdk/client-s3"]);

/** The commands that a bundle has of each SDK package, as its source map tells: { "@aws-sdk/client-sqs": ["…Command"] }. */
function commandsIn(bundle: string): Map<string, string[]> {
  const { sources } = JSON.parse(readFileSync(join(bundle, "index.mjs.map"), "utf8")) as {
    sources: string[];
  };
  const found = new Map<string, string[]>();
  for (const source of sources) {
    const [, name, command] =
      /\/(@aws-sdk\/(?:client|lib)-[^/]+)\/dist-[^/]+\/commands\/(\w+Command)\.js$/.exec(source) ?? [];
    if (name) found.set(name, [...(found.get(name) ?? []), command!]);
  }
  return found;
}

/** The source of a handler that sends its event by every command. */
function smallest(commands: Map<string, string[]>): string {
  const clients = new Map([...commands].filter(([name]) => name !== "@aws-sdk/lib-dynamodb"));
  const documents = commands.get("@aws-sdk/lib-dynamodb");
  const imports: string[] = [];
  const sends: string[] = [];
  for (const [name, own] of clients) {
    // What the document client's commands stand on is not sent itself.
    const sent = name === "@aws-sdk/client-dynamodb" && documents ? [] : own;
    const client = clientOf(name);
    if (LAZY.has(name)) {
      const use = sent.map((command) => `await client.send(new sdk.${command}(event));`).join(" ");
      sends.push(`{ const sdk = await import("${name}"); const client = new sdk.${client}({}); ${use} }`);
    } else {
      imports.push(
        `import { ${[client, ...sent].join(", ")} } from "${name}";\nconst of${client} = new ${client}({});`,
      );
      sends.push(...sent.map((command) => `await of${client}.send(new ${command}(event));`));
    }
  }
  if (documents) {
    imports.push(`import { DynamoDBDocumentClient, ${documents.join(", ")} } from "@aws-sdk/lib-dynamodb";`);
    imports.push("const documents = DynamoDBDocumentClient.from(ofDynamoDBClient);");
    sends.push(...documents.map((command) => `await documents.send(new ${command}(event));`));
  }
  return `${imports.join("\n")}\nexport const handler = async (event: any) => {\n  ${sends.join("\n  ")}\n};\n`;
}

/** "EventBridgeClient" for "@aws-sdk/client-eventbridge". */
function clientOf(name: string): string {
  const names: Record<string, string> = {
    "@aws-sdk/client-dynamodb": "DynamoDBClient",
    "@aws-sdk/client-eventbridge": "EventBridgeClient",
    "@aws-sdk/client-lambda": "LambdaClient",
    "@aws-sdk/client-s3": "S3Client",
    "@aws-sdk/client-secrets-manager": "SecretsManagerClient",
    "@aws-sdk/client-sfn": "SFNClient",
    "@aws-sdk/client-sqs": "SQSClient",
  };
  const found = names[name];
  if (!found) throw new Error(`A handler uses ${name}; name its client class here.`);
  return found;
}

/** Milliseconds to load a bundle in a new process, with the environment that its function has. */
function importTime(bundle: string): number {
  const program = `const began = performance.now(); await import(${JSON.stringify(join(bundle, "index.mjs"))}); console.log(performance.now() - began);`;
  const settings = Object.fromEntries(Object.values(ENVIRONMENT).map((name) => [name, "1"]));
  const output = execFileSync(process.execPath, ["--input-type=module", "--eval", program], {
    env: {
      PATH: process.env.PATH,
      ...settings,
      AWS_REGION: "us-east-1",
      NODE_OPTIONS: "--enable-source-maps",
    },
  });
  return Number(output);
}

/** Distinguishes Millrace's own from a user's of the same name. */
function nameOf(bundle: string): string {
  return basename(dirname(bundle)) === "millrace" ? `millrace_${basename(bundle)}` : basename(bundle);
}

const sizeOf = (bundle: string) => statSync(join(bundle, "index.mjs")).size;
const gzipOf = (bundle: string) => gzipSync(readFileSync(join(bundle, "index.mjs"))).length;
const kilobytes = (bytes: number) => `${Math.round(bytes / 1024)} KB`;
const ratio = (own: number, other: number) => `${(own / other).toFixed(2)}×`;

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
  for (const bundle of bundles) {
    const path = join(sources, `${nameOf(bundle)}.ts`);
    writeFileSync(path, smallest(commandsIn(bundle)));
    entries.set(nameOf(bundle), path);
  }
  const outdir = join(folder, "smallest");
  bundleHandlers(entries, outdir);

  const rows: string[][] = [];
  for (const bundle of bundles) {
    const name = nameOf(bundle);
    say(`bundle ${name}`);
    const other = join(outdir, name);
    const times: [number, number][] = Array.from({ length: REPETITIONS }, () => [
      importTime(bundle),
      importTime(other),
    ]);
    const own = median(times.map(([time]) => time));
    const least = median(times.map(([, time]) => time));
    rows.push([
      name.replaceAll("_", "."),
      kilobytes(sizeOf(bundle)),
      ratio(sizeOf(bundle), sizeOf(other)),
      kilobytes(gzipOf(bundle)),
      ratio(gzipOf(bundle), gzipOf(other)),
      `${Math.round(own)} ms`,
      ratio(own, least),
      `${kilobytes(sizeOf(other))}, ${kilobytes(gzipOf(other))}, ${Math.round(least)} ms`,
    ]);
  }
  const headings = [
    "minified",
    "ratio",
    "gzip",
    "ratio",
    "import",
    "ratio",
    "smallest: minified, gzip, import",
  ];
  print(table(["function", ...headings], rows));
});
