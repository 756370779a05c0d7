import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  InvalidNextTokenException,
  ListSecretsCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { expect, test } from "vitest";
import { served } from "../cloud/served.ts";

const { client, cloud } = await served({
  Generated: {
    Type: "AWS::SecretsManager::Secret",
    Properties: { Name: "hook", GenerateSecretString: { PasswordLength: 40, ExcludePunctuation: true } },
  },
});
const { kernel } = cloud;
const manager = new SecretsManagerClient(client);
const secretValue = (SecretId: string, VersionStage?: string) =>
  manager.send(new GetSecretValueCommand({ SecretId, VersionStage }));

test("a template's secret has a generated value, under its name, its ARN and its ARN without the random end", async () => {
  const { SecretString, ARN } = await secretValue("hook");
  expect(SecretString).toMatch(/^[A-Za-z0-9]{40}$/);
  expect(ARN).toMatch(/:secret:hook-[A-Za-z0-9]{6}$/);
  for (const id of [ARN!, ARN!.slice(0, -7)]) expect((await secretValue(id)).SecretString).toBe(SecretString);
});

test("a new value is current, the previous one stays readable, and the one before that is removed", async () => {
  const values = ["one", "two", "three"];
  const { ARN } = await manager.send(new CreateSecretCommand({ Name: "rotated", SecretString: values[0] }));
  await expect(secretValue(ARN!, "AWSPREVIOUS")).rejects.toThrow(ResourceNotFoundException);
  for (const SecretString of values.slice(1)) {
    await manager.send(new PutSecretValueCommand({ SecretId: ARN, SecretString }));
  }
  expect((await secretValue("rotated")).SecretString).toBe("three");
  expect((await secretValue("rotated", "AWSPREVIOUS")).SecretString).toBe("two");
  const { VersionIdsToStages } = await manager.send(new DescribeSecretCommand({ SecretId: ARN }));
  expect(Object.values(VersionIdsToStages!).flat().sort()).toEqual(["AWSCURRENT", "AWSPREVIOUS"]);
});

test("a request that comes twice makes one version; another value under its token is refused", async () => {
  const ClientRequestToken = "0123456789abcdef0123456789abcdef";
  const put = (SecretString: string) =>
    manager.send(new PutSecretValueCommand({ SecretId: "hook", SecretString, ClientRequestToken }));
  expect((await put("mine")).VersionId).toBe((await put("mine")).VersionId);
  await expect(put("other")).rejects.toThrow(ResourceExistsException);
});

test("bytes are returned as bytes, and a missing secret is named without its value", async () => {
  await manager.send(new CreateSecretCommand({ Name: "bytes", SecretBinary: Uint8Array.of(0, 255) }));
  expect((await secretValue("bytes")).SecretBinary).toEqual(Uint8Array.of(0, 255));
  await expect(secretValue("none")).rejects.toThrow(ResourceNotFoundException);
});

test("secrets are listed by page, filter and order", async () => {
  for (const Name of ["list/b", "list/a", "list/c"]) {
    await manager.send(new CreateSecretCommand({ Name, Description: `of ${Name}`, SecretString: "x" }));
  }
  const Filters = [{ Key: "name" as const, Values: ["LIST/"] }];
  const names: (string | undefined)[] = [];
  let NextToken: string | undefined;
  do {
    const page = await manager.send(
      new ListSecretsCommand({ Filters, MaxResults: 2, NextToken, SortBy: "name", SortOrder: "asc" }),
    );
    names.push(...page.SecretList!.map(({ Name }) => Name));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  expect(names).toEqual(["list/a", "list/b", "list/c"]);
  const { SecretList } = await manager.send(
    new ListSecretsCommand({ Filters: [{ Key: "description", Values: ["of list/c", "none"] }] }),
  );
  expect(SecretList).toEqual([
    {
      ARN: expect.stringContaining(":secret:list/c-"),
      Name: "list/c",
      Description: "of list/c",
      CreatedDate: expect.any(Date),
      LastChangedDate: expect.any(Date),
      SecretVersionsToStages: { [Object.keys(SecretList![0]!.SecretVersionsToStages!)[0]!]: ["AWSCURRENT"] },
    },
  ]);
  const others = await manager.send(
    new ListSecretsCommand({ Filters: [{ Key: "name", Values: ["!list/"] }] }),
  );
  expect(others.SecretList!.map(({ Name }) => Name)).toContain("hook");
  expect(JSON.stringify(others)).not.toContain("SecretString");
  await expect(manager.send(new ListSecretsCommand({ NextToken: "forged" }))).rejects.toThrow(
    InvalidNextTokenException,
  );
});

test.each([
  ["GetSecretValue", {}, "Value null at 'secretId'"],
  ["GetSecretValue", { SecretId: "" }, "length greater than or equal to 1"],
  ["PutSecretValue", { SecretString: "x" }, "Value null at 'secretId'"],
  ["DescribeSecret", { SecretId: null }, "Value null at 'secretId'"],
  ["ListSecrets", { MaxResults: 0 }, "value greater than or equal to 1"],
  ["ListSecrets", { SortBy: "colour" }, "enum value set"],
  ["ListSecrets", { Filters: [{ Key: "colour", Values: ["x"] }] }, "enum value set"],
])("%s of %j is a ValidationException", async (operation, input, message) => {
  await expect(kernel.call("secretsmanager", operation, input)).rejects.toMatchObject({
    code: "ValidationException",
    message: expect.stringContaining(message),
  });
});

test.each([
  ["GetSecretValue", { SecretId: { a: 1 } }],
  ["CreateSecret", { Name: ["x"] }],
  ["ListSecrets", { Filters: "x" }],
])("%s of %j, which has another type, is a SerializationException", async (operation, input) => {
  const refused = kernel.call("secretsmanager", operation, input);
  await expect(refused).rejects.toMatchObject({ code: "SerializationException" });
});
