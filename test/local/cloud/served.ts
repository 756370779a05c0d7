import { afterAll } from "vitest";
import { type Cloud, startCloud } from "../../../local/cloud.ts";
import { assemblyOf } from "./assembly.ts";

export { ACTOR, functionOf, ROLE } from "./resources.ts";

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

/** The first answer of `ask` that is something; asks again where it is not yet. */
export async function eventually<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
