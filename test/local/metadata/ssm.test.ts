import {
  DeleteParameterCommand,
  DeleteParametersCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  ParameterAlreadyExists,
  ParameterNotFound,
  PutParameterCommand,
  SSMClient,
} from "@aws-sdk/client-ssm";
import { expect, test } from "vitest";
import { ssmResources } from "../../../local/metadata/parameters.ts";
import { served } from "../cloud/served.ts";

const { client, cloud } = await served({
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

const put = (Name: string, Value: string, more: object = {}) =>
  ssm.send(new PutParameterCommand({ Name, Value, Type: "String", ...more }));

test("a parameter is created, and overwritten only on request", async () => {
  expect(await put("/put/one", "a")).toMatchObject({ Version: 1, Tier: "Standard" });
  await expect(put("/put/one", "b")).rejects.toThrow(ParameterAlreadyExists);
  expect(await put("/put/one", "b", { Overwrite: true })).toMatchObject({ Version: 2 });
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name: "/put/one" }));
  expect(Parameter).toMatchObject({ Value: "b", Version: 2, Type: "String" });
});

test.each<[string, string, string, object, string]>([
  ["a new parameter without a type", "/put/two", "a", { Type: undefined }, "A parameter type is required"],
  ["a reserved name", "/aws/two", "a", {}, "can't be prefixed"],
  [
    "a value that is too long",
    "/put/two",
    "x".repeat(4097),
    {},
    "maximum parameter value of 4096 characters",
  ],
  [
    "a value that does not match",
    "/put/two",
    "a",
    { AllowedPattern: "\\d+" },
    "cannot be validated against allowedPattern",
  ],
  ["another type", "/app/table", "a", { Type: "StringList", Overwrite: true }, "has the type String"],
])("%s is refused", async (_, name, value, more, reason) => {
  await expect(put(name, value, more)).rejects.toThrow(reason);
});

test("the parameters below a path have pages, with those of deeper paths on request", async () => {
  for (let n = 0; n < 12; n++) await put(`/path/${String.fromCharCode(97 + n)}`, "v");
  await put("/path/deep/er", "v");
  const read = (more: object) => ssm.send(new GetParametersByPathCommand({ Path: "/path", ...more }));
  const first = await read({});
  const second = await read({ NextToken: first.NextToken });
  expect([first.Parameters!.length, second.Parameters!.length, second.NextToken]).toEqual([10, 2, undefined]);
  const names = async (more: object) => (await read(more)).Parameters!.map(({ Name }) => Name);
  expect(await names({ Recursive: true })).toContain("/path/deep/er");
});

test("deleted parameters are gone", async () => {
  await put("/gone/a", "v");
  await put("/gone/b", "v");
  await ssm.send(new DeleteParameterCommand({ Name: "/gone/a" }));
  const deleted = await ssm.send(new DeleteParametersCommand({ Names: ["/gone/a", "/gone/b"] }));
  expect(deleted).toMatchObject({ DeletedParameters: ["/gone/b"], InvalidParameters: ["/gone/a"] });
  await expect(ssm.send(new DeleteParameterCommand({ Name: "/gone/b" }))).rejects.toThrow(ParameterNotFound);
});

test("a value that the app has written stays until the template sets another", async () => {
  const deploy = (Value: string) => {
    const [parameter] = ssmResources;
    const resource = { type: parameter!.type, path: "App/P", logicalId: "P", generatedName: "P" };
    const properties = { Name: "/kept", Type: "String", Value };
    return parameter!.deploy({ ...resource, properties }, cloud.kernel, { path: (key) => key });
  };
  const value = async () => (await ssm.send(new GetParameterCommand({ Name: "/kept" }))).Parameter!.Value;
  await deploy("template");
  await put("/kept", "app", { Overwrite: true });
  await deploy("template");
  expect(await value()).toBe("app");
  await deploy("changed");
  expect(await value()).toBe("changed");
});
