import { isObject } from "../../kernel/is-object.ts";
import { tryParseJson } from "../../kernel/json-text.ts";

/** The response to a request of a custom resource. */
export type Answer =
  | { kind: "done"; physicalId: string; data: Record<string, unknown> }
  | { kind: "failed"; reason: string };

/** CloudFormation's limit, in bytes. */
const LONGEST_ANSWER = 4096;

/** What a function has sent to the response URL. */
export function readAnswer(body: Buffer): Answer {
  if (body.length > LONGEST_ANSWER)
    return failed(`Response object is too long: ${body.length} bytes, and ${LONGEST_ANSWER} are taken`);
  const answer = tryParseJson(body.toString());
  if (!isObject(answer)) return failed("the response is no JSON object");
  const { Status, Reason, PhysicalResourceId } = answer;
  const Data = answer.Data ?? {};
  if (Status === "FAILED") return failed(String(Reason ?? "the function gave no reason"));
  if (Status !== "SUCCESS")
    return failed(`the response's Status is ${JSON.stringify(Status)}, neither SUCCESS nor FAILED`);
  if (typeof PhysicalResourceId !== "string" || PhysicalResourceId === "")
    return failed("Invalid PhysicalResourceId: the response has none");
  if (!isObject(Data)) return failed("the response's Data is no object");
  return { kind: "done", physicalId: PhysicalResourceId, data: Data };
}

export const failed = (reason: string): Answer => ({ kind: "failed", reason });
