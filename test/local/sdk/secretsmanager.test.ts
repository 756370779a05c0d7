import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { expect, test } from "vitest";
import { served } from "./cloud.ts";

const { client } = await served({
  Generated: {
    Type: "AWS::SecretsManager::Secret",
    Properties: { Name: "hook", GenerateSecretString: { PasswordLength: 40, ExcludePunctuation: true } },
  },
});
const manager = new SecretsManagerClient(client);
const secretValue = (SecretId: string, VersionStage?: string) =>
  manager.send(new GetSecretValueCommand({ SecretId, VersionStage }));

test("a template's secret has a generated value, under its name, its ARN and its ARN without the random end", async () => {
  const { SecretString, ARN } = await secretValue("hook");
  expect(SecretString).toMatch(/^[A-Za-z0-9]{40}$/);
  expect(ARN).toMatch(/:secret:hook-[A-Za-z0-9]{6}$/);
  for (const id of [ARN!, ARN!.slice(0, -7)]) expect((await secretValue(id)).SecretString).toBe(SecretString);
});

test("a new value is current, the one before stays readable, and the one before that is gone", async () => {
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

test("bytes come back as bytes, and a secret that is not there is named as such without its value", async () => {
  await manager.send(new CreateSecretCommand({ Name: "bytes", SecretBinary: Uint8Array.of(0, 255) }));
  expect((await secretValue("bytes")).SecretBinary).toEqual(Uint8Array.of(0, 255));
  await expect(secretValue("none")).rejects.toThrow(ResourceNotFoundException);
});
