import { existsSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { TEMPLATE_LIMITS } from "../../aws-limits/template-limits.ts";
import { UserError } from "../kernel/errors.ts";
import { versionOf } from "../kernel/file-version.ts";
import { Latest } from "../kernel/latest.ts";
import type { Assets } from "../kernel/resource.ts";
import type { Template } from "./template.ts";

/** The output of `cdk synth`: the stacks to deploy, in the manifest's order, and their files. */
export interface Assembly {
  stacks: AssemblyStack[];
  assets: Assets;
  /** The app's own account and region; undefined if it leaves them open. */
  account: string | undefined;
  region: string | undefined;
}

export interface AssemblyStack {
  /** Its name in CloudFormation. */
  name: string;
  template: Template;
  /** Names of the stacks that must be deployed before. */
  dependsOn: string[];
}

interface Artifact {
  type: string;
  environment?: string;
  dependencies?: string[];
  properties?: { templateFile?: string; stackName?: string; file?: string; directoryName?: string };
}

interface AssetManifest {
  files?: Record<
    string,
    { source: { path?: string; executable?: string[] }; destinations: Record<string, { objectKey: string }> }
  >;
}

/** Reads a cloud assembly, including stages. Throws UserError if the folder is not one. */
export function readAssembly(directory: string): Assembly {
  const root = resolve(directory);
  if (!existsSync(join(root, "manifest.json"))) {
    throw new UserError(
      `${root} is no cloud assembly: it has no manifest.json. Create one with "npx cdk synth".`,
    );
  }
  const stacks: AssemblyStack[] = [];
  const files = new Map<string, string>();
  const environments = new Set<string>();
  read(root);

  const [account, region] = environment(environments);
  const path = (objectKey: string) => {
    const found = files.get(objectKey);
    if (!found)
      throw new UserError(`The cloud assembly ${root} has no asset "${objectKey}". Synthesize it again.`);
    return found;
  };
  return { stacks, assets: { path }, account, region };

  function read(folder: string): void {
    const artifacts = Object.entries(
      readJson<{ artifacts?: Record<string, Artifact> }>(folder, "manifest.json").artifacts ?? {},
    );
    const nameOf = (id: string, artifact: Artifact) => artifact.properties?.stackName ?? id;
    const names = new Map(artifacts.map(([id, artifact]) => [id, nameOf(id, artifact)]));
    const isStack = (id: string) => artifacts.some(([other, { type }]) => other === id && type === STACK);
    for (const [id, artifact] of artifacts) {
      const { properties = {}, dependencies = [] } = artifact;
      if (artifact.type === STACK) {
        stacks.push({
          name: nameOf(id, artifact),
          template: readTemplate(join(folder, properties.templateFile!)),
          dependsOn: dependencies.filter(isStack).map((other) => names.get(other)!),
        });
        if (artifact.environment) environments.add(artifact.environment);
      } else if (artifact.type === "cdk:asset-manifest") {
        addAssets(folder, readJson<AssetManifest>(folder, properties.file!));
      } else if (artifact.type === "cdk:cloud-assembly") {
        read(join(folder, properties.directoryName!));
      }
    }
  }

  function addAssets(folder: string, manifest: AssetManifest): void {
    for (const { source, destinations } of Object.values(manifest.files ?? {})) {
      if (source.path === undefined) continue;
      for (const { objectKey } of Object.values(destinations))
        files.set(objectKey, join(folder, source.path));
    }
  }
}

const STACK = "aws:cloudformation:stack";

/**
 * "aws://123456789012/eu-west-1", with "unknown-account" and "unknown-region" if the app leaves them open.
 */
function environment(environments: Set<string>): [string | undefined, string | undefined] {
  const parts = [...environments].map((text) => text.replace("aws://", "").split("/"));
  const only = (kind: string, values: (string | undefined)[]) => {
    const known = new Set(values.filter((value) => value && !value.startsWith("unknown-")));
    if (known.size > 1) {
      throw new UserError(
        `The app's stacks belong to more than one ${kind} (${[...known].join(", ")}). The local cloud is one account in one region.`,
      );
    }
    return [...known][0];
  };
  return [
    only(
      "account",
      parts.map(([account]) => account),
    ),
    only(
      "region",
      parts.map(([, region]) => region),
    ),
  ];
}

/** The template of a stack, or in a nested stack's asset. Throws if its file is larger than AWS allows. */
export function readTemplate(path: string): Template {
  const template = parse<Template>(path);
  const { most } = TEMPLATE_LIMITS.templateBytes;
  if (statSync(path).size > most)
    throw new UserError(`${path}: Template may not exceed ${most} bytes in size.`);
  return template;
}

const readJson = <T>(folder: string, file: string) => parse<T>(join(folder, file));

/** Bytes of files that are kept as they were read. */
const MOST_BYTES = 20_000_000;
/** By path: the last content that was read, and its version. It is read-only. */
const latest = new Latest<{ version: string; content: unknown }>(MOST_BYTES);

function parse<T>(path: string): T {
  try {
    const version = versionOf(path);
    const known = latest.get(path);
    if (known?.version === version) return known.content as T;
    const text = readFileSync(path, "utf8");
    const content: T = JSON.parse(text);
    latest.set(path, { version, content }, text.length);
    return content;
  } catch (error) {
    throw new UserError(
      `${path} of the cloud assembly cannot be read: ${(error as Error).message}. Synthesize it again.`,
    );
  }
}
