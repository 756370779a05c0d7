import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { expect, test } from "vitest";
import { served } from "../cloud/served.ts";

const { client } = await served();

test("the caller is the account's root", async () => {
  expect(await new STSClient(client).send(new GetCallerIdentityCommand({}))).toMatchObject({
    Account: "000000000000",
    Arn: "arn:aws:iam::000000000000:root",
  });
});
