import { TEMPLATE_LIMITS } from "../../aws-limits/template-limits.ts";
import { UserError } from "../kernel/errors.ts";
import type { ResolvedResource } from "../kernel/resource.ts";
import type { PolicyDocument } from "./policy.ts";

const { rolePolicies, managedPolicy, managedPolicies, trustPolicy } = TEMPLATE_LIMITS;

/** The size of a policy as IAM counts it: white space is not counted. */
export function policySize(document: unknown): number {
  return JSON.stringify(document ?? {}).replace(/\s/g, "").length;
}

/** Throws if a role's trust policy is too large, or if it has too many managed policies. */
export function checkRole(resource: ResolvedResource): void {
  const { AssumeRolePolicyDocument, ManagedPolicyArns = [] } = resource.properties;
  if (policySize(AssumeRolePolicyDocument) > trustPolicy.most) {
    throw exceeded(resource, `Cannot exceed quota for ACLSizePerRole: ${trustPolicy.most}`);
  }
  if (ManagedPolicyArns.length > managedPolicies.most) {
    throw exceeded(resource, `Cannot exceed quota for PoliciesPerRole: ${managedPolicies.most}`);
  }
}

/** Throws if a managed policy is too large. */
export function checkManagedPolicy(resource: ResolvedResource, document: PolicyDocument): void {
  if (policySize(document) <= managedPolicy.most) return;
  throw exceeded(resource, `Cannot exceed quota for PolicySize: ${managedPolicy.most}`);
}

/** The inline policies of roles, which count together. Those of a deployment are all added here. */
export class InlinePolicies {
  /** Sizes by role, and by the source of the policy. */
  private readonly sizes = new Map<string, Map<string, number>>();

  /** Replaces the policies that `source` has added to roles. Throws if they are too large. */
  put(resource: ResolvedResource, source: string, roles: string[], documents: PolicyDocument[]): void {
    this.remove(source);
    const size = documents.reduce((sum, document) => sum + policySize(document), 0);
    for (const role of roles) {
      const sizes = this.sizes.get(role) ?? new Map<string, number>();
      this.sizes.set(role, sizes.set(source, size));
      const total = [...sizes.values()].reduce((sum, one) => sum + one, 0);
      if (total <= rolePolicies.most) continue;
      throw exceeded(
        resource,
        `Maximum policy size of ${rolePolicies.most} bytes exceeded for role ${role}`,
        `Its inline policies have ${total} characters together. Use fewer statements, with prefixes for names, or a managed policy.`,
      );
    }
  }

  remove(source: string): void {
    for (const sizes of this.sizes.values()) sizes.delete(source);
  }
}

/** The service's error, as CloudFormation would show it. */
function exceeded({ path, type }: ResolvedResource, message: string, remedy = ""): UserError {
  return new UserError(`${path} (${type}): LimitExceeded: ${message}.${remedy && ` ${remedy}`}`);
}
