import { type Assembly, readTemplate } from "../assembly/assembly.ts";
import { type Deployment, deploy } from "../assembly/deploy.ts";
import { plan } from "../assembly/plan.ts";
import { RESPONSE_HOST } from "../cloudformation/custom/responses.ts";
import { cloudFormationEngine } from "../cloudformation/descriptor.ts";
import { ALL_ENGINES, ENGINES } from "../engines.ts";
import { authorizer } from "../iam/authorizer.ts";
import { Identities } from "../iam/identities.ts";
import { iamResources } from "../iam/resources.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { providerFinder, type ResourceProvider } from "../kernel/resource.ts";
import type { Service } from "../kernel/service.ts";
import { roleOfAccessKey } from "../lambda/roles.ts";
import { lambdaService } from "../lambda/service.ts";
import { type NearEndpoint, threadRunner } from "../lambda/thread/runner.ts";
import { inertResources } from "../metadata/inert.ts";
import { answerOn } from "../wire/port.ts";

/** Engines that stand in for those of the same name. */
export type Engines = Partial<Record<(typeof ENGINES)[number]["name"], (kernel: Kernel) => Service>>;

const RESOURCES = [...ALL_ENGINES.flatMap(({ resources }) => resources), ...inertResources];

/** What functions of a cloud with real time run in. */
const THREADS: Engines = {
  lambda: (kernel) => lambdaService(kernel, { runner: threadRunner(nearEndpoint(kernel)) }),
};

/**
 * Fills a kernel with the engines and deploys an assembly: everything is planned before anything is created.
 * `engines` replace those with the same name. Nothing runs until the services are started. Throws UserError
 * for problems that the user can fix.
 */
export async function compose(
  kernel: Kernel,
  { stacks, assets }: Assembly,
  engines: Engines = {},
): Promise<Deployment> {
  const identities = new Identities(kernel);
  const providers = [...RESOURCES, ...iamResources(identities)];
  const planned = planOf({ stacks, assets }, kernel, providers);
  register(kernel, engines);
  // Functions run while the app is deployed, with the same permissions as later.
  kernel.authorizer = authorizer(kernel, identities, () => false);
  kernel.roleId = (arn) => identities.idOf(arn);
  const deployment = await deploy(planned, kernel, assets, providers);
  open(kernel, identities, deployment);
  return deployment;
}

/**
 * Deploys another assembly into a running cloud. Running work continues, as in an account. If it is refused,
 * the previous assembly is deployed again, and the error thrown.
 */
export async function redeploy(
  kernel: Kernel,
  next: Assembly,
  before: { assembly: Assembly; deployment: Deployment },
): Promise<Deployment> {
  const identities = new Identities(kernel);
  const providers = [...RESOURCES, ...iamResources(identities)];
  const planned = planOf(next, kernel, providers);
  open(kernel, identities, before.deployment);
  try {
    const deployment = await deploy(planned, kernel, next.assets, providers);
    open(kernel, identities, deployment);
    return deployment;
  } catch (error) {
    // From what was read then: the templates on disk are those of the next one.
    const { plan } = before.deployment;
    const providerOf = providerFinder(providers);
    const resources = plan.resources.map((one) => ({ ...one, provider: providerOf(one.type)! }));
    const restored = await deploy({ ...plan, resources }, kernel, before.assembly.assets, providers);
    open(kernel, identities, restored);
    throw error;
  }
}

function planOf(
  { stacks, assets }: Pick<Assembly, "stacks" | "assets">,
  kernel: Kernel,
  providers: ResourceProvider[],
) {
  const { account, region } = kernel;
  const template = (objectKey: string) => readTemplate(assets.path(objectKey));
  return plan({ stacks, template, providers, account, region });
}

/**
 * Fills a kernel, whose store contains the deployment already, with the engines. Nothing runs until they are
 * started.
 */
export function resume(kernel: Kernel, deployment: Deployment, engines: Engines = {}): Deployment {
  register(kernel, engines);
  open(kernel, new Identities(kernel), deployment);
  return deployment;
}

function register(kernel: Kernel, engines: Engines): void {
  const others = { ...THREADS, ...engines };
  for (const { name, service } of ENGINES) kernel.register((others[name] ?? service)(kernel));
}

function open(kernel: Kernel, identities: Identities, deployment: Deployment): void {
  kernel.register(cloudFormationEngine.service(kernel, deployment));
  kernel.authorizer = authorizer(kernel, identities, deployedArns(deployment));
  kernel.roleId = (arn) => identities.idOf(arn);
}

function deployedArns({ deployed }: Deployment): (arn: string) => boolean {
  const arns = new Set([...deployed.values()].flatMap(({ ref, attributes }) => [ref, attributes.Arn]));
  // A log stream belongs to its group, whose ARN covers all of its streams.
  return (arn) => arns.has(arn.replace(/(:log-group:[^:]+):log-stream:.*$/, "$1:*"));
}

const ENDPOINTS = "CREATE TABLE IF NOT EXISTS cloud_endpoints (url TEXT PRIMARY KEY) WITHOUT ROWID";

/** The endpoints of earlier starts with the same data. */
function formerEndpoints({ store, endpoint }: Kernel): string[] {
  store.define(ENDPOINTS);
  store.run("INSERT OR IGNORE INTO cloud_endpoints VALUES (?)", endpoint);
  const all = store.all<{ url: string }>("SELECT url FROM cloud_endpoints ORDER BY url");
  return all.map(({ url }) => url).filter((url) => url !== endpoint);
}

/** Functions call the endpoint without the network; the signature still identifies the caller. */
function nearEndpoint(kernel: Kernel): NearEndpoint {
  const origin = kernel.endpoint;
  const callerOf = (accessKey: string) => roleOfAccessKey(accessKey, kernel.account);
  return {
    origin,
    former: formerEndpoints(kernel),
    alias: RESPONSE_HOST,
    connect: (port) => answerOn(port, { kernel, callerOf, host: new URL(origin).hostname }),
  };
}
