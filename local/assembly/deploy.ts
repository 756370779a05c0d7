import { ServiceError, UserError } from "../kernel/errors.ts";
import type { Kernel } from "../kernel/kernel.ts";
import {
  type Assets,
  type DeployedResource,
  providerFinder,
  type ResolvedResource,
  type ResourceProvider,
} from "../kernel/resource.ts";
import { localAddresses } from "./addresses.ts";
import { withDynamicReferences } from "./dynamic.ts";
import type { ResolveContext } from "./frame.ts";
import { scopeOf } from "./frame.ts";
import type { DeletionPolicy, Plan, PlannedResource } from "./plan.ts";
import { resolve } from "./resolve.ts";

// A resource that was replaced has two rows until the old one is removed. `retained` is one of RETAINED.
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS assembly_resources (
    path TEXT NOT NULL,
    type TEXT NOT NULL,
    physical_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    retained INTEGER NOT NULL,
    PRIMARY KEY (path, type, physical_id)
  ) WITHOUT ROWID`;

/**
 * Whether a resource is kept when the template no longer has it: "once deployed" means that its first
 * deployment is still running.
 */
const RETAINED = { no: 0, yes: 1, "once deployed": 2 };

const ENDPOINT = "{endpoint}";

interface Row {
  path: string;
  type: string;
  physical_id: string;
  retained: number;
}

/** The deployed app: its resources by path, and the scope in which expressions are resolved. */
export interface Deployment {
  plan: Plan;
  deployed: Map<string, DeployedResource>;
  context: ResolveContext;
}

/**
 * Deploys every resource of the plan, in order, and removes those of the last start that the plan no longer
 * has. Throws UserError that names the resource that was refused.
 */
export async function deploy(
  plan: Plan,
  kernel: Kernel,
  assets: Assets,
  providers: ResourceProvider[],
): Promise<Deployment> {
  const { store, account, region } = kernel;
  store.define(SCHEMA);
  const deployed = new Map<string, DeployedResource>();
  const context: ResolveContext = {
    account,
    region,
    deployed: (path) => deployed.get(path),
    exporter: plan.exporter,
  };
  const current = new Set<string>();
  const unique = new UniqueIds();
  const former = new Rows(store.all<Row>("SELECT * FROM assembly_resources"));
  // A queue's id contains the endpoint: the same queue at another port is the same resource.
  const portable = (ref: string) => ref.replace(kernel.endpoint, ENDPOINT);
  for (const [position, resource] of plan.resources.entries()) {
    const now = await naming(resource, async () => {
      const local = localAddresses(deployed, region);
      const found = local(resolve(resource.properties, scopeOf(resource.frame, context)));
      const properties = await withDynamicReferences(kernel, resource.path, found);
      unique.claim(resource, properties);
      const deployedAs = former.identityOf(resource)?.replace(ENDPOINT, kernel.endpoint);
      return resource.provider.deploy({ ...resolved(resource, properties), deployedAs }, kernel, assets);
    });
    deployed.set(resource.path, now);
    const { path, type, deletion } = resource;
    const identity = portable(now.identity ?? now.ref);
    current.add(key({ path, type, physical_id: identity }));
    store.run(
      "INSERT OR REPLACE INTO assembly_resources VALUES (?, ?, ?, ?, ?)",
      path,
      type,
      identity,
      position,
      RETAINED[retention(deletion, former.identityOf(resource) !== identity)],
    );
  }
  await removeOthers(current, kernel, providers);
  store.run(
    "UPDATE assembly_resources SET retained = ? WHERE retained = ?",
    RETAINED.yes,
    RETAINED["once deployed"],
  );
  return { plan, deployed, context };
}

function retention(deletion: DeletionPolicy, created: boolean): keyof typeof RETAINED {
  if (deletion === "Delete") return "no";
  return deletion === "RetainExceptOnCreate" && created ? "once deployed" : "yes";
}

/** The resources of the last deployment. */
class Rows {
  private readonly identities: Map<string, string>;

  constructor(rows: readonly Row[]) {
    this.identities = new Map(rows.map(({ path, type, physical_id }) => [`${path} ${type}`, physical_id]));
  }

  /** The identity of a resource, with a placeholder for the endpoint; undefined if it has none yet. */
  identityOf({ path, type }: Pick<Row, "path" | "type">): string | undefined {
    return this.identities.get(`${path} ${type}`);
  }
}

/** The identities that CloudFormation accepts once in an account and region, with the resources that have them. */
class UniqueIds {
  private readonly owners = new Map<string, PlannedResource>();

  claim(resource: PlannedResource, properties: Record<string, any>): void {
    const { type, path, provider } = resource;
    const id = provider.uniqueId?.(properties);
    if (!id) return;
    const slot = `${type} ${id.value}`;
    const owner = this.owners.get(slot);
    if (owner)
      throw new UserError(
        `${path} (${type}): ${id.value} already exists in stack ${owner.frame.path}, as ${owner.logicalId}. CloudFormation refuses a second ${id.property} with this value in an account and region. Give one of them another ${id.property}.`,
      );
    this.owners.set(slot, resource);
  }
}

const key = ({ path, type, physical_id }: Omit<Row, "retained">) => JSON.stringify([path, type, physical_id]);

/**
 * Resources that the plan no longer has are removed in the reverse of their order, unless the template says
 * to retain them.
 */
async function removeOthers(
  current: Set<string>,
  kernel: Kernel,
  providers: ResourceProvider[],
): Promise<void> {
  const providerOf = providerFinder(providers);
  for (const row of kernel.store.all<Row>("SELECT * FROM assembly_resources ORDER BY position DESC, path")) {
    if (current.has(key(row))) continue;
    if (row.retained !== RETAINED.yes)
      await providerOf(row.type)?.remove?.(row.physical_id.replace(ENDPOINT, kernel.endpoint), kernel);
    kernel.store.run(
      "DELETE FROM assembly_resources WHERE path = ? AND type = ? AND physical_id = ?",
      row.path,
      row.type,
      row.physical_id,
    );
  }
}

const resolved = (
  { type, path, logicalId, generatedName }: PlannedResource,
  properties: Record<string, any>,
): ResolvedResource => ({
  type,
  path,
  logicalId,
  generatedName,
  properties,
});

async function naming<T>(resource: PlannedResource, task: () => Promise<T> | T): Promise<T> {
  try {
    return await task();
  } catch (error) {
    const where = `${resource.path} (${resource.type})`;
    const { message } = error as Error;
    if (error instanceof UserError)
      throw new UserError(message.startsWith(resource.path) ? message : `${where}: ${message}`);
    if (error instanceof ServiceError) throw new UserError(`${where} is refused: ${error.code}: ${message}`);
    throw new Error(`${where} could not be deployed`, { cause: error });
  }
}
