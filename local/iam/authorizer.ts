import { ServiceError } from "../kernel/errors.ts";
import type { Authorizer, Kernel } from "../kernel/kernel.ts";
import type { CallContext } from "../kernel/service.ts";
import { accessesOf } from "./actions.ts";
import { type ConditionValues, UNKNOWN } from "./condition.ts";
import type { Identities } from "./identities.ts";
import { type Access, concerning, judge, type Rule, type Verdict } from "./policy.ts";
import { ResourcePolicies } from "./resource-policies.ts";

/**
 * Judges each call as IAM does in an account. Two kinds of callers are judged: the app's own roles, by their
 * policies or the resource's; and AWS services that act for themselves (a rule that delivers to a queue), by the
 * policy of the resource, where the app deployed it. People, and what people made by hand, are not.
 */
export function authorizer(
  kernel: Kernel,
  identities: Identities,
  isDeployed: (arn: string) => boolean,
): Authorizer {
  const policies = new ResourcePolicies(kernel);
  return (context, service, operation, input) => {
    const { caller } = context;
    if (isPerson(caller)) return;
    const isService = caller.endsWith(".amazonaws.com");
    const own = isService ? [] : identities.rulesOf(caller);
    if (own === undefined) return;
    const isJudged = ({ resource }: Access) =>
      !isService || (policies.has(service) && resource !== undefined && isDeployed(resource));
    const accesses = accessesOf(kernel, service, operation, input).filter(isJudged);
    demand(kernel, policies, context, service, accesses, own);
  };
}

/** People sign with keys of their own, or not at all: they are the account's root. */
const isPerson = (caller: string) => caller.endsWith(":root");

/** Either side may allow, each may deny. */
function demand(
  kernel: Kernel,
  policies: ResourcePolicies,
  { caller, sourceArn }: CallContext,
  service: string,
  accesses: Access[],
  own: Rule[],
): void {
  for (const { action, resource, context } of accesses) {
    const known: ConditionValues = {
      "aws:sourceaccount": kernel.account,
      "aws:principalarn": caller,
      "aws:sourcearn": sourceArn ?? UNKNOWN,
    };
    const access: Access = { action, resource, context: { ...known, ...context } };
    const byIdentity = judge(own, access);
    if (byIdentity === "explicitly denied") throw refusal(caller, service, access, byIdentity, "identity");
    const byResource = judge(concerning(policies.of(service, resource), caller), access);
    if (byResource === "explicitly denied") throw refusal(caller, service, access, byResource, "resource");
    if (byIdentity === "allowed" || byResource === "allowed") continue;
    const kind = caller.endsWith(".amazonaws.com") ? "resource" : "identity";
    throw refusal(caller, service, access, "implicitly denied", kind);
  }
}

function refusal(
  caller: string,
  service: string,
  access: Access,
  verdict: Verdict,
  kind: "identity" | "resource",
): ServiceError {
  const action = service === "sqs" ? access.action.toLowerCase() : access.action;
  const resource =
    access.resource === undefined
      ? ""
      : ` on resource: ${service === "s3" ? `"${access.resource}"` : access.resource}`;
  const why =
    verdict === "explicitly denied"
      ? `with an explicit deny in ${kind === "identity" ? "an identity" : "a resource"}-based policy`
      : `because no ${kind}-based policy allows the ${action} action`;
  const message = `User: ${caller} is not authorized to perform: ${action}${resource} ${why}`;
  const [code, status] = CODES[service] ?? ["AccessDeniedException", 400];
  return new ServiceError(code, message, { status });
}

/** Error code and HTTP status, where they are not AccessDeniedException and 400. */
const CODES: Record<string, [string, number]> = {
  sqs: ["AccessDenied", 403],
  s3: ["AccessDenied", 403],
  cloudformation: ["AccessDenied", 403],
  lambda: ["AccessDeniedException", 403],
  scheduler: ["AccessDeniedException", 403],
};
