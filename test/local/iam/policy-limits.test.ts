import { expect, test } from "vitest";
import { Identities } from "../../../local/iam/identities.ts";
import { policySize } from "../../../local/iam/policy-limits.ts";
import { iamResources } from "../../../local/iam/resources.ts";
import { startCloud } from "../dynamodb/harness.ts";

function deployment() {
  const { kernel } = startCloud();
  const providers = new Map(
    iamResources(new Identities(kernel)).map((provider) => [provider.type, provider]),
  );
  return {
    /** "deployed", or the message of the refusal. */
    async deploy(kind: string, id: string, properties: Record<string, unknown>): Promise<string> {
      const type = `AWS::IAM::${kind}`;
      const resource = { type, path: `Stack/${id}`, logicalId: id, generatedName: id, properties };
      try {
        await providers.get(type)!.deploy(resource, kernel, { path: (key) => key });
        return "deployed";
      } catch (error) {
        return (error as Error).message;
      }
    },
    remove: (kind: string, id: string) => providers.get(`AWS::IAM::${kind}`)!.remove!(id, kernel),
  };
}

/** A policy of this many characters, white space not counted. */
function policy(size: number) {
  const of = (padding: number) => ({
    Statement: { Effect: "Allow" as const, Action: "sqs:*", Resource: "x".repeat(padding) },
  });
  return of(size - policySize(of(0)));
}

test("white space is not counted", () => {
  const document = { Statement: [{ Sid: "a b", Resource: ["x\ty"] }] };
  expect(policySize(document)).toBe('{"Statement":[{"Sid":"ab","Resource":["x\\ty"]}]}'.length);
  expect(policySize(policy(5000))).toBe(5000);
});

test("the inline policies of a role count together, from any source", async () => {
  const { deploy, remove } = deployment();
  const inline = (size: number) => [{ PolicyName: "inline", PolicyDocument: policy(size) }];
  expect(await deploy("Role", "Role", { Policies: inline(6000) })).toBe("deployed");
  expect(await deploy("Policy", "One", { PolicyDocument: policy(4240), Roles: ["Role"] })).toBe("deployed");
  expect(await deploy("Policy", "Two", { PolicyDocument: policy(100), Roles: ["Role"] })).toBe(
    "Stack/Two (AWS::IAM::Policy): LimitExceeded: Maximum policy size of 10240 bytes exceeded for role Role. Its inline policies have 10340 characters together. Use fewer statements, with prefixes for names, or a managed policy.",
  );
  remove("Policy", "Two");
  expect(await deploy("Policy", "One", { PolicyDocument: policy(4241), Roles: ["Role"] })).toContain(
    "Maximum policy size of 10240 bytes exceeded for role Role.",
  );
  remove("Policy", "One");
  expect(await deploy("Policy", "Two", { PolicyDocument: policy(4240), Roles: ["Role"] })).toBe("deployed");
  expect(await deploy("Role", "Other", { Policies: inline(10_241) })).toContain(
    "Stack/Other (AWS::IAM::Role): LimitExceeded: Maximum policy size of 10240 bytes exceeded for role Other.",
  );
});

test("managed policies do not count among them, and have limits of their own", async () => {
  const { deploy } = deployment();
  expect(await deploy("Role", "Role", { Policies: [{ PolicyDocument: policy(10_240) }] })).toBe("deployed");
  expect(await deploy("ManagedPolicy", "Managed", { PolicyDocument: policy(6144), Roles: ["Role"] })).toBe(
    "deployed",
  );
  expect(await deploy("ManagedPolicy", "Managed", { PolicyDocument: policy(6145), Roles: ["Role"] })).toBe(
    "Stack/Managed (AWS::IAM::ManagedPolicy): LimitExceeded: Cannot exceed quota for PolicySize: 6144.",
  );
  const ManagedPolicyArns = Array(11).fill("arn:aws:iam::aws:policy/AdministratorAccess");
  expect(await deploy("Role", "Many", { ManagedPolicyArns: ManagedPolicyArns.slice(1) })).toBe("deployed");
  expect(await deploy("Role", "Many", { ManagedPolicyArns })).toBe(
    "Stack/Many (AWS::IAM::Role): LimitExceeded: Cannot exceed quota for PoliciesPerRole: 10.",
  );
});

test("a trust policy has a limit", async () => {
  const { deploy } = deployment();
  expect(await deploy("Role", "Role", { AssumeRolePolicyDocument: policy(2048) })).toBe("deployed");
  expect(await deploy("Role", "Role", { AssumeRolePolicyDocument: policy(2049) })).toBe(
    "Stack/Role (AWS::IAM::Role): LimitExceeded: Cannot exceed quota for ACLSizePerRole: 2048.",
  );
});
