import { AWS_RATES } from "../../aws-limits/rates.ts";
import type { AccountFacts, MachineFacts, Read } from "./facts.ts";

/** The result of one check. Unless it is "ok", it says what to do. */
export type Check = { readonly name: string; readonly found: string } & (
  | { readonly state: "ok" }
  | { readonly state: "warning" | "error" | "unknown"; readonly remedy: string }
);

const NODE = [22, 18] as const;
const CDK_CLI = [2, 1148] as const;
const CDK_LIBRARY = [2, 276] as const;
/** The first bootstrap version with the asset buckets and roles that the CDK's current templates expect. */
const BOOTSTRAP = 6;
/** Below it, one busy step uses the concurrency that intake and relay need. AWS gives new accounts 10. */
const CONCURRENCY = 100;

/** The requirements on this machine to synthesize and deploy. */
export function checkMachine({ node, cdkCli, cdkLibrary }: MachineFacts): Check[] {
  return [
    version("Node.js", node, NODE, "Install Node.js 22.18 or newer: it runs TypeScript without a build."),
    version(
      "aws-cdk (the CLI)",
      cdkCli,
      CDK_CLI,
      'Run "npm install --save-dev aws-cdk@2". Another major version may not read the app.',
    ),
    version("aws-cdk-lib", cdkLibrary, CDK_LIBRARY, 'Run "npm install aws-cdk-lib@2 constructs@10".'),
  ];
}

/**
 * The requirements on an account before the app is deployed. Without a region or credentials, nothing else
 * can be checked.
 */
export function checkAccount(facts: AccountFacts): Check[] {
  if ("unread" in facts.region) return [missing("Region", facts.region.unread, REGION)];
  if ("unread" in facts.identity) return [missing("Credentials", facts.identity.unread, CREDENTIALS)];
  const { bootstrap, concurrency, startExecution, sendTaskSuccess, models, deployed } = facts;
  const [region, { account, arn }] = [facts.region.value, facts.identity.value];
  return [
    { name: "Credentials", ...ok(`account ${account} in ${region}, as ${arn}`) },
    judge("Deployment", deployed, (found) => ok(found ? "found" : "none yet")),
    judge("CDK bootstrap", bootstrap, (found) =>
      found !== undefined && found >= BOOTSTRAP
        ? ok(`version ${found}`)
        : {
            state: "error",
            found: found === undefined ? `${region} is not bootstrapped` : `version ${found}`,
            remedy: `Run "npx cdk bootstrap" for ${region}; version ${BOOTSTRAP} or newer is needed.`,
          },
    ),
    judge("Lambda concurrency", concurrency, ({ total, unreserved }) =>
      unreserved >= CONCURRENCY
        ? ok(`${total}, of which ${unreserved} are not reserved`)
        : {
            state: "warning",
            found: `${total}, of which ${unreserved} are not reserved`,
            remedy: `Request an increase of "Concurrent executions" of Lambda in Service Quotas, to 1,000; until then set a low "concurrency" for slow steps.`,
          },
    ),
    quota("StartExecution", startExecution, AWS_RATES.startExecution.perSecond, "runs"),
    quota("SendTaskSuccess", sendTaskSuccess, AWS_RATES.sendTask.perSecond, "answers of steps"),
    ...models.map(({ id, access }) =>
      judge(`Model ${id}`, access, (granted) =>
        granted
          ? ok("access is granted")
          : {
              state: "error",
              found: "no access",
              remedy: `Open ${id} in the model catalog of the Bedrock console in ${region}. It says whether the region has the model, and takes the use case that Anthropic asks for once. Other models are subscribed to at the first call, which needs AWS Marketplace permissions and no policy that denies it.`,
            },
      ),
    ),
  ];
}

const REGION =
  'Set AWS_REGION to the region of the deployment, for example "export AWS_REGION=eu-central-1".';
const CREDENTIALS =
  'Sign in, for example with "aws sso login" or "aws configure", and set AWS_PROFILE if it is not the default profile.';

const missing = (name: string, found: string, remedy: string): Check => ({
  name,
  state: "error",
  found,
  remedy,
});

type Judged =
  | Omit<Extract<Check, { state: "ok" }>, "name">
  | Omit<Extract<Check, { remedy: string }>, "name">;

const ok = (found: string): Judged => ({ state: "ok", found });

function judge<Fact>(name: string, read: Read<Fact>, of: (fact: Fact) => Judged): Check {
  if ("value" in read) return { name, ...of(read.value) };
  return {
    name,
    state: "unknown",
    found: read.unread,
    remedy: "Sign in with credentials that may read it, and run the command again.",
  };
}

/** A quota below AWS's default, as in new accounts and small regions. */
function quota(name: string, read: Read<number | undefined>, usual: number, what: string): Check {
  return judge(`Step Functions ${name}`, read, (perSecond) => {
    if (perSecond === undefined) return ok(`the default of the region, up to ${usual} a second`);
    if (perSecond >= usual) return ok(`${perSecond} a second`);
    return {
      state: "warning",
      found: `${perSecond} a second, where ${usual} are usual`,
      remedy: `More ${what} a second wait. Request an increase in Service Quotas before a launch.`,
    };
  });
}

function version(
  name: string,
  found: string | undefined,
  least: readonly [number, number],
  remedy: string,
): Check {
  const [major = 0, minor = 0] = (found ?? "").split(".").map(Number);
  const recent = major > least[0] || (major === least[0] && minor >= least[1]);
  // Another major version of the CDK is a different product.
  const same = name === "Node.js" || major === least[0];
  if (found !== undefined && recent && same) return { name, state: "ok", found };
  return { name, state: "error", found: found ?? "not installed", remedy };
}
