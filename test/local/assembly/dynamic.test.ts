import { expect, test } from "vitest";
import { withDynamicReferences } from "../../../local/assembly/dynamic.ts";
import { UserError } from "../../../local/kernel/errors.ts";
import { ssmService } from "../../../local/metadata/parameters.ts";
import { secretsManagerService } from "../../../local/secretsmanager/service.ts";
import { amongStandIns } from "../stand-ins.ts";

/** Secrets and parameters, with one of each. */
async function setUp() {
  const reports: string[] = [];
  const { kernel } = amongStandIns({}, { report: (line) => reports.push(line) });
  kernel.register(secretsManagerService(kernel));
  kernel.register(ssmService(kernel));
  const SecretString = '{"key":"first","port":8080}';
  const { ARN, VersionId } = await kernel.call("secretsmanager", "CreateSecret", {
    Name: "api",
    SecretString,
  });
  await kernel.call("secretsmanager", "PutSecretValue", {
    SecretId: "api",
    SecretString: '{"key":"sec$&ond","port":8080}',
  });
  await kernel.call("ssm", "PutParameter", { Name: "/shop/url", Value: "https://a", Type: "String" });
  const resolved = (value: unknown) => withDynamicReferences(kernel, "S/Thing", value);
  return { resolved, reports, ARN, VersionId, endpoint: kernel.endpoint };
}

test("references to secrets and parameters are replaced, wherever they are", async () => {
  const { resolved, ARN, VersionId, reports } = await setUp();
  const secret = (id: string, more = "") => `{{resolve:secretsmanager:${id}${more}}}`;
  expect(
    await resolved({
      Whole: secret("api"),
      Key: secret("api", ":SecretString:key::"),
      ByArn: secret(ARN, ":SecretString:key"),
      Earlier: secret("api", ":SecretString:key:AWSPREVIOUS"),
      Version: secret("api", `:SecretString:key::${VersionId}`),
      Within: [{ Url: `{{resolve:ssm:/shop/url}}:${secret("api", ":SecretString:port")}/x` }],
      Parameter: "{{resolve:ssm:/shop/url:1}}",
      None: "{{resolve}}",
      Number: 7,
    }),
  ).toEqual({
    Whole: '{"key":"sec$&ond","port":8080}',
    Key: "sec$&ond",
    ByArn: "sec$&ond",
    Earlier: "first",
    Version: "first",
    Within: [{ Url: "https://a:8080/x" }],
    Parameter: "https://a",
    None: "{{resolve}}",
    Number: 7,
  });
  expect(reports).toEqual([]);
});

test("a parameter that is not here is reported with the command that creates it", async () => {
  const { resolved, reports, endpoint } = await setUp();
  expect(await resolved("{{resolve:ssm:/other}}")).toBe("not-available-locally");
  expect(reports).toEqual([
    `S/Thing: {{resolve:ssm:/other}} is not available here, and has the value "not-available-locally". Create it with "aws --endpoint-url ${endpoint} ssm put-parameter --type String --name /other --value <value>" and restart.`,
  ]);
});

test("a key that the secret does not have is refused", async () => {
  const { resolved } = await setUp();
  const attempt = resolved("{{resolve:secretsmanager:api:SecretString:other}}");
  await expect(attempt).rejects.toThrow(UserError);
  await expect(attempt).rejects.toThrow("the secret api is not JSON with the key other");
});
