import { UserError } from "../kernel/errors.ts";
import type { ResolvedResource, ResourceProvider } from "../kernel/resource.ts";
import { unknownOperators } from "./condition.ts";
import type { Identities } from "./identities.ts";
import { AWS_MANAGED } from "./managed.ts";
import type { PolicyDocument } from "./policy.ts";
import { checkManagedPolicy, checkRole, InlinePolicies } from "./policy-limits.ts";

const AWS_PREFIX = "arn:aws:iam::aws:policy/";
const inline = (role: string) => `role/${role}`;

/** AWS::IAM::Role, Policy and ManagedPolicy: stored, and applied to every call of the role. */
export function iamResources(identities: Identities): ResourceProvider[] {
  // The app's own managed policies: deployed again at each start, before the roles that name them.
  const managed = new Map<string, PolicyDocument>();
  const inlinePolicies = new InlinePolicies();

  const role: ResourceProvider = {
    type: "AWS::IAM::Role",
    serves: {
      RoleName: true,
      Path: true,
      AssumeRolePolicyDocument:
        "the engines hand a role to the function, rule or state machine that names it",
      Policies: true,
      ManagedPolicyArns: true,
      Description: "text for people",
      MaxSessionDuration: "credentials do not expire locally",
      Tags: "text for people",
    },
    deploy(resource, kernel) {
      const { RoleName, Path = "/", Policies = [], ManagedPolicyArns = [] } = resource.properties;
      const name = RoleName ?? resource.generatedName;
      const arn = `arn:aws:iam::${kernel.account}:role${Path}${name}`;
      const documents = Policies.map(({ PolicyDocument }: any) => checked(resource, PolicyDocument));
      const attached = ManagedPolicyArns.map(
        (policy: string) => managed.get(policy) ?? awsManaged(resource, policy),
      );
      checkRole(resource);
      inlinePolicies.put(resource, inline(name), [name], documents);
      const { id } = identities.putRole(name, arn);
      identities.putPolicy(inline(name), [name], [...documents, ...attached]);
      return { ref: name, attributes: { Arn: arn, RoleId: id } };
    },
    remove(name) {
      inlinePolicies.remove(inline(name));
      identities.removeRole(name);
    },
  };

  const policy: ResourceProvider = {
    type: "AWS::IAM::Policy",
    serves: { PolicyName: true, PolicyDocument: true, Roles: true },
    deploy(resource) {
      const { PolicyDocument, Roles = [] } = resource.properties;
      const document = checked(resource, PolicyDocument);
      inlinePolicies.put(resource, resource.generatedName, Roles, [document]);
      identities.putPolicy(resource.generatedName, Roles, [document]);
      return { ref: resource.generatedName, attributes: { Id: resource.generatedName } };
    },
    remove(source) {
      inlinePolicies.remove(source);
      identities.removePolicy(source);
    },
  };

  const managedPolicy: ResourceProvider = {
    type: "AWS::IAM::ManagedPolicy",
    serves: {
      ManagedPolicyName: true,
      Path: true,
      PolicyDocument: true,
      Roles: true,
      Description: "text for people",
    },
    deploy(resource, kernel) {
      const { ManagedPolicyName, Path = "/", PolicyDocument, Roles = [] } = resource.properties;
      const arn = `arn:aws:iam::${kernel.account}:policy${Path}${ManagedPolicyName ?? resource.generatedName}`;
      checkManagedPolicy(resource, PolicyDocument);
      managed.set(arn, checked(resource, PolicyDocument));
      identities.putPolicy(arn, Roles, [PolicyDocument]);
      return { ref: arn, attributes: { PolicyArn: arn } };
    },
    remove: (arn) => identities.removePolicy(arn),
  };

  return [role, policy, managedPolicy];
}

/** Refuses a condition that the local cloud cannot evaluate, instead of guessing. */
function checked(resource: ResolvedResource, document: PolicyDocument): PolicyDocument {
  for (const { Condition = {} } of [document.Statement].flat()) {
    const [operator] = unknownOperators(Condition);
    if (operator)
      throw new UserError(
        `${resource.path} (${resource.type}): the condition operator ${operator} is not served by the local cloud.`,
      );
  }
  return document;
}

function awsManaged(resource: ResolvedResource, arn: string): PolicyDocument {
  const name = arn.slice(AWS_PREFIX.length);
  const found = Object.hasOwn(AWS_MANAGED, name) ? AWS_MANAGED[name] : undefined;
  if (found) return found;
  throw new UserError(
    `${resource.path} (${resource.type}): the managed policy ${arn} is not served by the local cloud. Write its statements into a policy of the app, or use one of ${Object.keys(AWS_MANAGED).join(", ")}.`,
  );
}
