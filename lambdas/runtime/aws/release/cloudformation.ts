import type { CloudFormationCustomResourceResponse } from "aws-lambda";

/** Answers a custom resource's request. Throws if the response was rejected, so that Lambda retries. */
export async function respond(url: string, response: CloudFormationCustomResourceResponse): Promise<void> {
  // The address is signed for a request without a content type.
  const headers = { "content-type": "" };
  const { status } = await fetch(url, { method: "PUT", headers, body: JSON.stringify(response) });
  if (status !== 200) throw new Error(`CloudFormation rejected the response: HTTP ${status}.`);
}
