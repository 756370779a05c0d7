import { afterEach, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../../../local/cloud.ts";
import { assemblyOf } from "../../simulation/assembly.ts";
import { made } from "./cloud.ts";

let cloud: Cloud | undefined;
afterEach(() => cloud?.close());

/** Deploys an app whose function answers by these statements. */
async function deploy(statements: string): Promise<unknown> {
  const code = `import https from "node:https";
    export const handler = async (event) => {
      const body = JSON.stringify({ Status: "SUCCESS", PhysicalResourceId: "made", Data: { by: event.RequestType } });
      ${statements}
    };`;
  cloud = await startCloud({
    assembly: assemblyOf({ Maker: { code } }, { Thing: made() }),
    data: undefined,
    port: 0,
  });
  return cloud.deployment.deployed.get("App/Thing");
}

test.each([
  [
    "fetch",
    'const { status } = await fetch(event.ResponseURL, { method: "PUT", body }); if (status !== 200) throw new Error(status);',
  ],
  [
    "node:https",
    'await new Promise((resolve, reject) => https.request(new URL(event.ResponseURL), { method: "PUT" }, resolve).on("error", reject).end(body));',
  ],
])("while the app is deployed, a function in its thread responds by %s", async (_, statements) => {
  expect(await deploy(statements)).toMatchObject({ ref: "made", attributes: { by: "Create" } });
});

test("only the response URL that it received accepts its response", async () => {
  const statements =
    'const { status } = await fetch(event.ResponseURL + "x", { method: "PUT", body }); throw new Error(status);';
  await expect(deploy(statements)).rejects.toThrow("Error: 404");
});
