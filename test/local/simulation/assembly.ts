import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface FunctionSpec {
  /** The text of index.mjs. */
  code: string;
  variables?: Record<string, unknown>;
  /** Seconds. */
  timeout?: number;
}

/** Writes a cloud assembly of one stack, "App", with functions by logical id, next to other resources. */
export function assemblyOf(functions: Record<string, FunctionSpec>, resources: object = {}): string {
  const folder = mkdtempSync(join(tmpdir(), "simulation-"));
  const write = (file: string, content: unknown) =>
    writeFileSync(join(folder, file), JSON.stringify(content));
  for (const [id, { code }] of Object.entries(functions)) {
    mkdirSync(join(folder, id));
    writeFileSync(join(folder, id, "index.mjs"), code);
  }
  const files = Object.keys(functions).map((id) => [
    id,
    { source: { path: id, packaging: "zip" }, destinations: { here: { objectKey: `${id}.zip` } } },
  ]);
  const declared = Object.entries(functions).map(([id, { variables = {}, timeout = 30 }]) => [
    id,
    {
      Type: "AWS::Lambda::Function",
      Properties: {
        Runtime: "nodejs24.x",
        Handler: "index.handler",
        Role: { "Fn::GetAtt": ["Role", "Arn"] },
        Code: { S3Bucket: "assets", S3Key: `${id}.zip` },
        Timeout: timeout,
        Environment: { Variables: variables },
      },
    },
  ]);
  const allowed = { Effect: "Allow", Action: "*", Resource: "*" };
  const role = {
    Type: "AWS::IAM::Role",
    Properties: {
      AssumeRolePolicyDocument: {
        Statement: [
          { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
        ],
      },
      Policies: [{ PolicyName: "all", PolicyDocument: { Statement: [allowed] } }],
    },
  };
  write("App.template.json", { Resources: { Role: role, ...Object.fromEntries(declared), ...resources } });
  write("App.assets.json", { version: "55.0.0", files: Object.fromEntries(files) });
  write("manifest.json", {
    version: "55.0.0",
    artifacts: {
      "App.assets": { type: "cdk:asset-manifest", properties: { file: "App.assets.json" } },
      App: {
        type: "aws:cloudformation:stack",
        environment: "aws://unknown-account/unknown-region",
        properties: { templateFile: "App.template.json" },
      },
    },
  });
  return folder;
}
