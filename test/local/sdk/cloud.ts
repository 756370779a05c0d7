import { afterAll } from "vitest";
import { type Cloud, startCloud } from "../../../local/cloud.ts";
import { assemblyOf } from "../cloud/assembly.ts";

/** Serves a cloud with these resources for the tests of one file; `client` is what an SDK client takes. */
export async function served(resources: Record<string, unknown> = { Queue: { Type: "AWS::SQS::Queue" } }) {
  const assembly = assemblyOf(resources);
  const cloud: Cloud = await startCloud({ assembly, data: undefined, port: 0 });
  afterAll(() => cloud.close());
  return {
    cloud,
    client: {
      endpoint: cloud.endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    },
  };
}

export const ROLE = "arn:aws:iam::000000000000:role/tests";

/** A role of the template that may do everything, for what acts on its own. */
export const ACTOR = {
  Type: "AWS::IAM::Role",
  Properties: {
    RoleName: "tests",
    AssumeRolePolicyDocument: { Statement: [] },
    Policies: [
      {
        PolicyName: "all",
        PolicyDocument: { Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] },
      },
    ],
  },
};

/** A function of the template whose source is the text. */
export const functionOf = (source: string, properties: Record<string, unknown> = {}) => ({
  Type: "AWS::Lambda::Function",
  Properties: {
    ...{ Runtime: "nodejs24.x", Handler: "index.handler", Role: { "Fn::GetAtt": ["Role", "Arn"] } },
    Code: { ZipFile: source },
    ...properties,
  },
});

/** The first answer of `ask` that is something; asks again where it is not yet. */
export async function eventually<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
