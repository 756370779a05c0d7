import { expect, test } from "vitest";
import { secretsManagerService } from "../../../local/secretsmanager/service.ts";
import { amongStandIns, START } from "../stand-ins.ts";

const DAY = 86_400_000;

/** Secrets Manager on virtual time, with one secret. */
async function cloud() {
  const { kernel, clock } = amongStandIns({});
  kernel.register(secretsManagerService(kernel));
  const call = (operation: string, input: object = {}): Promise<any> =>
    kernel.call("secretsmanager", operation, { SecretId: "key", ...input });
  await kernel.call("secretsmanager", "CreateSecret", { Name: "key", SecretString: "v" });
  const create = () => kernel.call("secretsmanager", "CreateSecret", { Name: "key", SecretString: "w" });
  const names = async (input: object = {}): Promise<string[]> =>
    (await kernel.call("secretsmanager", "ListSecrets", input)).SecretList.map(({ Name }: any) => Name);
  return { clock, call, create, names };
}

test("a deleted secret cannot be used, and is removed after the recovery window", async () => {
  const { clock, call, create, names } = await cloud();
  const { DeletionDate } = await call("DeleteSecret", { RecoveryWindowInDays: 7 });
  expect(DeletionDate).toBe((START + 7 * DAY) / 1000);
  for (const [operation, input] of [
    ["GetSecretValue", {}],
    ["PutSecretValue", { SecretString: "x" }],
    ["DeleteSecret", {}],
  ] as const) {
    await expect(call(operation, input)).rejects.toMatchObject({ code: "InvalidRequestException" });
  }
  await expect(create()).rejects.toThrow("already scheduled for deletion");
  expect((await call("DescribeSecret")).DeletedDate).toBe(START / 1000);
  expect([await names(), await names({ IncludePlannedDeletion: true })]).toEqual([[], ["key"]]);
  clock.advanceTo(START + 7 * DAY);
  await expect(call("DescribeSecret")).rejects.toMatchObject({ code: "ResourceNotFoundException" });
  await create();
  expect((await call("GetSecretValue")).SecretString).toBe("w");
});

test("a deletion can be taken back", async () => {
  const { clock, call } = await cloud();
  await call("DeleteSecret");
  await call("RestoreSecret");
  clock.advanceTo(START + 31 * DAY);
  expect((await call("GetSecretValue")).SecretString).toBe("v");
});

test("without recovery, a secret is gone at once", async () => {
  const { call, create } = await cloud();
  await call("DeleteSecret", { ForceDeleteWithoutRecovery: true });
  await create();
  expect((await call("GetSecretValue")).SecretString).toBe("w");
});

test("a window out of range, and a window with force, are refused", async () => {
  const { call } = await cloud();
  await expect(call("DeleteSecret", { RecoveryWindowInDays: 6 })).rejects.toThrow("between 7 and 30 days");
  const both = { RecoveryWindowInDays: 7, ForceDeleteWithoutRecovery: true };
  await expect(call("DeleteSecret", both)).rejects.toThrow("in conjunction with");
});
