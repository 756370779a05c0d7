import { GetParameterCommand, GetParametersCommand, ParameterNotFound, SSMClient } from "@aws-sdk/client-ssm";
import { expect, test } from "vitest";
import { served } from "./cloud.ts";

const { client } = await served({
  Table: { Type: "AWS::SSM::Parameter", Properties: { Name: "/app/table", Type: "String", Value: "orders" } },
});
const ssm = new SSMClient(client);

test("a parameter of the template is read", async () => {
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name: "/app/table", WithDecryption: true }));
  expect(Parameter).toMatchObject({ Type: "String", Value: "orders", LastModifiedDate: expect.any(Date) });
});

test("missing names are listed separately", async () => {
  const { Parameters, InvalidParameters } = await ssm.send(
    new GetParametersCommand({ Names: ["/app/table", "/app/none"] }),
  );
  expect(Parameters!.map(({ Value }) => Value)).toEqual(["orders"]);
  expect(InvalidParameters).toEqual(["/app/none"]);
  const absent = new GetParameterCommand({ Name: "/app/none" });
  await expect(ssm.send(absent)).rejects.toThrow(ParameterNotFound);
});
