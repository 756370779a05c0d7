import type { Access, ConditionValue, ConditionValues } from "../kernel/access.ts";
import { ServiceError } from "../kernel/errors.ts";
import type { Authorizer, Kernel } from "../kernel/kernel.ts";
import type { CallContext } from "../kernel/service.ts";
import { accessesOf } from "./actions.ts";
import type { Identities } from "./identities.ts";
import { type Rules, rulesOf, type Verdict } from "./policy.ts";
import { ResourcePolicies } from "./resource-policies.ts";

/**
 * Authorizes each call as IAM does in an account. It covers the app's own roles, by their policies or the
 * resource's; and AWS services that act for themselves (a rule that delivers to a queue), by the policy of
 * the resource, if the app deployed it. People, and resources that people created by hand, are not
 * restricted.
 */
export function authorizer(
  kernel: Kernel,
  identities: Identities,
  isDeployed: (arn: string) => boolean,
): Authorizer {
  const policies = new ResourcePolicies(kernel);
  return (call, service, operation, input) => {
    const { caller } = call;
    if (isPerson(caller)) return;
    const own = isService(caller) ? NONE : identities.rulesOf(caller);
    if (own === undefined) return;
    const isJudged = ({ resource }: Access) =>
      !isService(caller) || (policies.has(service) && resource !== undefined && isDeployed(resource));
    const accesses = accessesOf(kernel, service, operation, input).filter(isJudged);
    for (const access of accesses) demand(kernel, policies, { call, service, access, own });
  };
}

const NONE = rulesOf();

const isService = (caller: string) => caller.endsWith(".amazonaws.com");

/** People sign with keys of their own, or not at all: they are the account's root. */
const isPerson = (caller: string) => caller.endsWith(":root");

interface Demand {
  call: CallContext;
  service: string;
  access: Access;
  /** The rules of the caller's identity. */
  own: Rules;
}

/** Either side may allow, each may deny. */
function demand(kernel: Kernel, policies: ResourcePolicies, { call, service, access, own }: Demand): void {
  const { caller } = call;
  const { action, resource } = access;
  let context: ConditionValues | undefined;
  const keyValue = (key: string) => {
    context ??= access.context();
    return Object.hasOwn(context, key) ? read(context[key]) : valueOfCall(key, kernel, call);
  };
  const request = { action, resource, keyValue };
  const ofResource = policies.of(service, resource).concerning(caller);
  const refuse = (verdict: Verdict, kind: "identity" | "resource") => {
    const unknownKeys = [...new Set([own, ofResource].flatMap((rules) => rules.missingKeys(request)))];
    return refusal(caller, { service, access, verdict, kind, unknownKeys });
  };
  const byIdentity = own.judge(request);
  if (byIdentity === "explicitly denied") throw refuse(byIdentity, "identity");
  const byResource = ofResource.judge(request);
  if (byResource === "explicitly denied") throw refuse(byResource, "resource");
  if (byIdentity === "allowed" || byResource === "allowed") return;
  throw refuse("implicitly denied", isService(caller) ? "resource" : "identity");
}

const read = (value: ConditionValues[string]) => (typeof value === "function" ? value() : value);

/** The value of a condition key that does not depend on the service. */
function valueOfCall(key: string, kernel: Kernel, { caller, sourceArn }: CallContext): ConditionValue {
  const ofPrincipal = (value: string) => (isService(caller) ? undefined : value);
  const ofService = (value: string | undefined) => (isService(caller) ? value : undefined);
  switch (key) {
    case "aws:securetransport":
      // Nothing leaves this machine, which counts as secure transport.
      return "true";
    case "aws:principalarn":
      return ofPrincipal(caller);
    case "aws:principalaccount":
      return ofPrincipal(kernel.account);
    case "aws:principaltype":
      return ofPrincipal("AssumedRole");
    case "aws:principalisawsservice":
      return String(isService(caller));
    case "aws:principalservicename":
      return ofService(caller);
    // A service that acts under a role is that role, without a source.
    case "aws:sourcearn":
      return ofService(sourceArn);
    case "aws:sourceaccount":
      return ofService(kernel.account);
    case "aws:resourceaccount":
      return kernel.account;
    case "aws:requestedregion":
      return kernel.region;
    case "aws:currenttime":
      return new Date(kernel.clock.now()).toISOString();
    case "aws:epochtime":
      return String(Math.floor(kernel.clock.now() / 1000));
    default:
      return undefined;
  }
}

interface Refused {
  service: string;
  access: Access;
  verdict: Verdict;
  /** Whose policies decided. */
  kind: "identity" | "resource";
  /** Condition keys that are not known here. */
  unknownKeys: string[];
}

function refusal(caller: string, { service, access, verdict, kind, unknownKeys }: Refused): ServiceError {
  const action = (ACTION_NAMES[service] ?? ((name) => name))(access.action);
  const resource =
    access.resource === undefined
      ? ""
      : ` on resource: ${service === "s3" ? `"${access.resource}"` : access.resource}`;
  const why =
    verdict === "explicitly denied"
      ? `with an explicit deny in ${kind === "identity" ? "an identity" : "a resource"}-based policy`
      : `because no ${kind}-based policy allows the ${action} action`;
  const unknown =
    unknownKeys.length === 0
      ? ""
      : ` (the local cloud does not know ${unknownKeys.join(", ")}: statements with that condition key allow nothing here, and deny)`;
  const message = `User: ${caller} is not authorized to perform: ${action}${resource} ${why}${unknown}`;
  const [code, status] = CODES[service] ?? ["AccessDeniedException", 400];
  return new ServiceError(code, message, { status });
}

/** How messages write an action, if not as policies do. */
const ACTION_NAMES: Record<string, (action: string) => string> = {
  sqs: (action) => action.toLowerCase(),
  sns: (action) => action.replace("sns:", "SNS:"),
};

/** Error code and HTTP status, if they are not AccessDeniedException and 400. */
const CODES: Record<string, [string, number]> = {
  sqs: ["AccessDenied", 403],
  sns: ["AuthorizationError", 403],
  s3: ["AccessDenied", 403],
  cloudformation: ["AccessDenied", 403],
  lambda: ["AccessDeniedException", 403],
  scheduler: ["AccessDeniedException", 403],
};
