import { isDeepStrictEqual } from "node:util";
import type { Assembly } from "../assembly/assembly.ts";
import type { Deployment } from "../assembly/deploy.ts";
import { compose } from "../cloud/composition.ts";
import { Latest } from "../kernel/latest.ts";
import { Store } from "../kernel/store.ts";
import type { LogLine } from "../lambda/log.ts";
import { deployed, openVirtualCloud, stop } from "./virtual-cloud.ts";

/** An app as its deployment left it. Any number of simulations continue from here, each with a copy. */
export interface Deployed {
  deployment: Deployment;
  /** The content of the store. */
  content: Uint8Array;
  /** Virtual time afterwards, epoch milliseconds. */
  now: number;
  /** What functions wrote meanwhile. */
  lines: LogLine[];
  /** What the local cloud reported of itself meanwhile. */
  reports: string[];
}

/** Deploying comes before the seed of a simulation, and is the same for all of them. */
const SEED = "deployment, before any seed";

/** Apps whose deployments are kept. */
const MOST_APPS = 8;
/** The latest deployment of each folder, and of which templates: CDK names the files next to the templates by their content. */
const latest = new Latest<{ subject: object; deployed: Promise<Deployed> }>(MOST_APPS);

/** Deploys an assembly in a cloud of its own, once for all simulations of this process. Throws UserError. */
export function deployedOnce(folder: string, assembly: Assembly, start: number): Promise<Deployed> {
  const { account, region, stacks } = assembly;
  const subject = { start, account, region, stacks };
  const known = latest.get(folder);
  if (known && isDeepStrictEqual(known.subject, subject)) return known.deployed;
  const deploying = deployAlone(assembly, start);
  const entry = { subject, deployed: deploying };
  latest.set(folder, entry);
  deploying.catch(() => {
    if (latest.get(folder) === entry) latest.delete(folder);
  });
  return deploying;
}

async function deployAlone(assembly: Assembly, start: number): Promise<Deployed> {
  const lines: LogLine[] = [];
  const reports: string[] = [];
  const { account, region } = assembly;
  const store = Store.open(":memory:");
  const cloud = openVirtualCloud({
    seed: SEED,
    start,
    store,
    account,
    region,
    faults: {},
    onLog: (line) => lines.push(line),
    report: (line) => reports.push(line),
  });
  const deployment = await deployed(cloud, compose(cloud.kernel, assembly, cloud.engines));
  await stop(cloud.kernel);
  const content = store.content();
  store.close();
  return { deployment, content, now: cloud.clock.now(), lines, reports };
}
