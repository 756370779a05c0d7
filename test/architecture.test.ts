import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");

/** Which of our folders each folder may import, and which packages are for it alone. The first match counts. */
const LAYERS: { folder: string; imports: string[] }[] = [
  { folder: "aws-limits", imports: [] },
  { folder: "lib/contract", imports: [] },
  { folder: "lib/workflow", imports: ["lib/contract", "aws-limits"] },
  { folder: "lib/cost", imports: ["lib/contract", "lib/workflow"] },
  { folder: "lib/evaluation", imports: ["lib/contract", "lib/workflow"] },
  { folder: "lib/constructs", imports: ["lib/contract", "lib/workflow", "aws-limits"] },
  { folder: "lib/millrace.ts", imports: ["lib/contract", "lib/workflow", "lib/constructs"] },
  { folder: "lib/index.ts", imports: ["lib/contract", "lib/workflow"] },
  { folder: "lambdas/runtime", imports: ["lib/contract", "lib/workflow/workflow.ts", "aws-limits"] },
  { folder: "lambdas", imports: ["lib/contract", "lambdas/runtime"] },
  {
    folder: "workflows",
    imports: ["lib/index.ts", "lambdas/runtime/index.ts", "lambdas/runtime/model/index.ts"],
  },
  { folder: "local", imports: ["aws-limits"] },
  { folder: "testing", imports: ["lib/contract", "lambdas/runtime", "local/simulate.ts"] },
  { folder: "console", imports: ["lib/contract/api"] },
  { folder: "bin/app.ts", imports: ["lib/millrace.ts", "workflows"] },
  {
    folder: "examples",
    imports: [
      "lib/index.ts",
      "lambdas/runtime/index.ts",
      "lambdas/runtime/model/index.ts",
      "lib/millrace.ts",
      "lib/constructs/triggers",
      "lib/evaluation/index.ts",
    ],
  },
  { folder: "bin/build.ts", imports: ["lib/constructs/control-plane/console-assets.ts"] },
  {
    folder: "bin",
    imports: [
      "aws-limits",
      "lib/contract",
      "lib/cost",
      "lib/evaluation",
      "lib/index.ts",
      "lambdas/runtime",
      "workflows",
    ],
  },
];
/** The domain folders of `lambdas/runtime`, in order: each may import only those above it. */
const DOMAIN = [
  "ports",
  "telemetry",
  "payload",
  "ledger",
  "events",
  "publish",
  "post",
  "schedule",
  "threshold",
  "ingress",
  "release",
  "replay",
  "runs",
  "defer",
  "list",
  "work",
  "model",
  "reactions",
  "wait",
  "relay",
  "dead-letters",
  "completion",
  "express",
  "control",
  "intake",
  "api",
];
const PACKAGES: { name: RegExp; folders: string[] }[] = [
  {
    name: /^aws-cdk-lib/,
    folders: ["lib/constructs", "lib/millrace.ts", "bin/app.ts", "examples"],
  },
  {
    name: /^@aws-sdk\//,
    folders: ["lambdas/runtime/aws", "lambdas/relay.lambda.ts", "workflows", "examples", "testing"],
  },
  { name: /^(ai$|@ai-sdk\/)/, folders: ["lambdas/runtime/model"] },
  {
    name: /^zod$/,
    folders: [
      "workflows",
      "examples",
      "lib/contract/api",
      "lambdas/runtime/api",
      "console",
      "bin/mcp",
      "bin/evaluation",
    ],
  },
  { name: /^@modelcontextprotocol\//, folders: ["bin/mcp", "bin/commands/mcp.ts"] },
  { name: /^(@?hono(\/|$))/, folders: ["lambdas/runtime/api", "console/mock"] },
];
/** The engines of the local cloud talk through the kernel; what they may share is named here. */
const SHARED_BY_ENGINES = [
  "aws-limits",
  "local/kernel",
  "local/events/pattern",
  "local/events/json-path.ts",
  "local/iam/policy.ts",
  // What reads queues and streams, for functions and for pipes.
  "local/lambda/background.ts",
  "local/lambda/mappings",
  "local/schedule-expression",
];
/** CloudFormation deploys assemblies, and IAM knows the actions of all services. */
const OF_ONE_ENGINE: Record<string, string[]> = {
  "local/cloudformation": ["local/assembly"],
  "local/iam": ["local/engines.ts"],
};

interface Import {
  from: string;
  /** A path from the root, or a package's name. */
  to: string;
  typeOnly: boolean;
}

const files = [
  "aws-limits",
  "bin",
  "lib",
  "lambdas",
  "workflows",
  "examples",
  "local",
  "testing",
  "console",
  "bench",
].flatMap((folder) =>
  existsSync(join(root, folder))
    ? readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
        .filter((file) => /\.tsx?$/.test(file) && !file.includes("node_modules"))
        .map((file) => join(folder, file))
    : [],
);
const imports: Import[] = files.flatMap((from) => {
  const text = readFileSync(join(root, from), "utf8");
  const found = text.matchAll(/^(?:import|export)\s+(type\s)?[^"';]*?from\s+"([^"]+)"|import\("([^"]+)"\)/gm);
  return [...found].map(([, type, stated, dynamic]) => {
    const to = (stated ?? dynamic)!;
    const path = to.startsWith(".") ? normalize(join(dirname(from), to)) : to;
    return { from, to: path, typeOnly: type !== undefined };
  });
});
/** An engine of the local cloud is a folder with a descriptor. */
const DESCRIPTORS = files.filter((file) => /^local\/.*descriptor\.ts$/.test(file));
const ENGINES = [...new Set(DESCRIPTORS.map((file) => file.split("/").slice(0, 2).join("/")))];

const within = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`);
const ours = imports.filter(({ to }) => files.includes(to));

test("docs/architecture.md has the tables of this test", () => {
  const page = readFileSync(join(root, "docs/architecture.md"), "utf8");
  const tables = page.split(/^\|---\|---\|$/m).slice(1);
  const named = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, name]) => name!);
  const [layers, domain, packages] = tables.map((table) =>
    table
      .split("\n\n")[0]!
      .trim()
      .split("\n")
      .map((row) => row.split("|").slice(1, 3).map(named)),
  );
  expect(layers).toEqual(LAYERS.map(({ folder, imports }) => [[folder], imports]));
  expect(domain!.map(([names]) => names![0])).toEqual(DOMAIN);
  expect(packages!.map(([, folders]) => folders)).toEqual(PACKAGES.map(({ folders }) => folders));
  for (const [at, [names]] of packages!.entries())
    for (const name of names!) expect(name.replace("*", "client")).toMatch(PACKAGES[at]!.name);
});

test.each(LAYERS)("$folder imports only what it may know", ({ folder, imports: allowed }) => {
  const earlier = LAYERS.slice(
    0,
    LAYERS.findIndex((layer) => layer.folder === folder),
  ).map((layer) => layer.folder);
  const own = ours.filter(
    ({ from }) => within(from, folder) && !earlier.some((layer) => within(from, layer)),
  );
  const strange = own.filter(({ to }) => !within(to, folder) && !allowed.some((layer) => within(to, layer)));
  expect(strange).toEqual([]);
});

test("domain folders of the runtime know ports only: adapters and handlers compose them", () => {
  // A model provider's key is read, and its calls are recorded, where the provider is opened, by code that users may replace.
  const ofModels = ["lambdas/runtime/model/api-key.ts", "lambdas/runtime/model/telemetry.ts"];
  const composition = ["lambdas/runtime/aws", "lambdas/runtime/handlers", ...ofModels];
  const entry = "lambdas/runtime/index.ts";
  const inDomain = (path: string) =>
    within(path, "lambdas/runtime") && path !== entry && !composition.some((folder) => within(path, folder));
  const strange = ours.filter(
    ({ from, to }) =>
      inDomain(from) && (within(to, "lambdas/runtime/aws") || within(to, "lambdas/runtime/handlers")),
  );
  expect(strange).toEqual([]);
});

test("domain folders of the runtime import only those above them", () => {
  const folderOf = (path: string) => path.split("/")[2]!;
  const runtime = files.filter((file) => within(file, "lambdas/runtime"));
  const folders = new Set(runtime.filter((file) => file.split("/").length > 3).map(folderOf));
  expect([...folders].toSorted()).toEqual([...DOMAIN, "aws", "handlers"].toSorted());
  const strange = ours.filter(({ from, to }) => {
    const [importing, imported] = [from, to].map((path) =>
      within(path, "lambdas/runtime") ? DOMAIN.indexOf(folderOf(path)) : -1,
    ) as [number, number];
    return importing >= 0 && imported > importing;
  });
  expect(strange).toEqual([]);
});

test("only handlers and entry points compose: they read the settings of functions and open adapters", () => {
  const adapters = ours.filter(
    ({ from, to }) => within(from, "lambdas/runtime/aws") && within(to, "lambdas/runtime/handlers"),
  );
  expect(adapters).toEqual([]);
  const readers = ours
    .filter(({ to }) => to === "lambdas/runtime/aws/environment.ts")
    .filter(({ from }) => !within(from, "lambdas/runtime/handlers") && !from.endsWith(".lambda.ts"));
  // A trace is opened where a model is, by code that users may replace.
  expect(readers.map(({ from }) => from)).toEqual(["lambdas/runtime/aws/relay/telemetry.ts"]);
});

test.each(PACKAGES)("$name is used only where it belongs", ({ name, folders }) => {
  const strange = imports.filter(
    ({ from, to }) => name.test(to) && !folders.some((folder) => within(from, folder)),
  );
  expect(strange.filter(({ from }) => !within(from, "bench"))).toEqual([]);
});

test("the console imports only types of the API, and no code of ours", () => {
  const strange = ours.filter(
    ({ from, to, typeOnly }) => within(from, "console") && !within(to, "console") && !typeOnly,
  );
  expect(strange).toEqual([]);
});

test("the pure layers use no file, network, clock or random number", () => {
  const folders = ["lib/contract", "lib/workflow", "lib/cost", "lib/evaluation"];
  const pure = files.filter((file) => folders.some((folder) => within(file, folder)));
  // Digests and compression are computations.
  const computes = ["node:crypto", "node:zlib"];
  const modules = imports.filter(
    ({ from, to }) => pure.includes(from) && to.startsWith("node:") && !computes.includes(to),
  );
  expect(modules).toEqual([]);
  const impure = pure.filter((file) =>
    /\bDate\.now\(|\bnew Date\(\)|Math\.random\(|process\./.test(readFileSync(join(root, file), "utf8")),
  );
  expect(impure).toEqual([]);
});

test("only tests, what tests are written with, benchmarks and its own entry import the local cloud", () => {
  const mayImport = ["local", "testing", "bench"];
  expect(
    ours.filter(({ from, to }) => within(to, "local") && !mayImport.some((folder) => within(from, folder))),
  ).toEqual([]);
});

test("local/engines.ts lists each engine", () => {
  const listed = ours.filter(({ from }) => from === "local/engines.ts").map(({ to }) => to);
  expect(listed.toSorted()).toEqual(DESCRIPTORS.toSorted());
});

test("engines of the local cloud do not import each other", () => {
  const strange = ours.filter(({ from, to }) => {
    const engine = ENGINES.find((folder) => within(from, folder));
    if (engine === undefined) return false;
    return ![engine, ...SHARED_BY_ENGINES, ...(OF_ONE_ENGINE[engine] ?? [])].some((known) =>
      within(to, known),
    );
  });
  expect(strange).toEqual([]);
});

test("the local cloud reads time and random numbers only from the injected ones", () => {
  const injected = ["local/kernel"];
  const strange = files
    .filter((file) => within(file, "local") && !injected.some((folder) => within(file, folder)))
    .filter((file) =>
      /\bDate\.now\(|\bnew Date\(\)|Math\.random\(|\bsetInterval\(|\brandomUUID\(/.test(
        readFileSync(join(root, file), "utf8"),
      ),
    );
  expect(strange).toEqual([]);
});

test("no import cycles, type imports included", () => {
  const next = Map.groupBy(ours, ({ from }) => from);
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (file: string, path: string[]) => {
    if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(" → "));
    if (done.has(file)) return;
    done.add(file);
    for (const { to } of next.get(file) ?? []) visit(to, [...path, file]);
  };
  for (const file of files) visit(file, []);
  expect(cycles).toEqual([]);
});
