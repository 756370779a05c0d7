import type { Operation } from "../kernel/service.ts";
import { invalidValue, missingParameter, overLimit } from "./errors.ts";
import type { Queue, Queues } from "./queues.ts";

const ACTIONS = new Set([
  "*",
  "ChangeMessageVisibility",
  "DeleteMessage",
  "GetQueueAttributes",
  "GetQueueUrl",
  "ListDeadLetterSourceQueues",
  "PurgeQueue",
  "ReceiveMessage",
  "SendMessage",
]);

/** AddPermission and RemovePermission: statements of the queue's policy, found again by their label. */
export function permissionOperations(queues: Queues): Record<string, Operation> {
  const policyOf = (queue: Queue) =>
    queue.attributes.Policy === undefined
      ? { Version: "2008-10-17", Id: `${queue.arn}/SQSDefaultPolicy`, Statement: [] as any[] }
      : JSON.parse(queue.attributes.Policy);

  const write = (queue: Queue, policy: { Statement: any[] }) => {
    const { Policy: _, ...others } = queue.attributes;
    queues.setAttributes(
      queue,
      policy.Statement.length > 0 ? { ...others, Policy: JSON.stringify(policy) } : others,
    );
    return {};
  };

  return {
    AddPermission(input) {
      const queue = queues.of(input);
      for (const parameter of ["Label", "AWSAccountIds", "Actions"]) {
        if (!input[parameter]?.length) throw missingParameter(parameter);
      }
      for (const action of input.Actions) {
        if (!ACTIONS.has(action)) {
          throw invalidValue(
            `SQS:${action}`,
            "ActionName",
            "Please refer to the appropriate WSDL for a list of valid actions. ",
          );
        }
      }
      const policy = policyOf(queue);
      if (policy.Statement.some((statement: any) => statement.Sid === input.Label)) {
        throw invalidValue(input.Label, "Label", "Already exists.");
      }
      if (input.Actions.length > 7) {
        throw overLimit(`${input.Actions.length} Actions were found, maximum allowed is 7.`);
      }
      const principals = input.AWSAccountIds.map((id: string) => `arn:aws:iam::${id}:root`);
      const actions = input.Actions.map((action: string) => `SQS:${action}`);
      policy.Statement.push({
        Sid: input.Label,
        Effect: "Allow",
        Principal: { AWS: principals.length === 1 ? principals[0] : principals },
        Action: actions.length === 1 ? actions[0] : actions,
        Resource: queue.arn,
      });
      return write(queue, policy);
    },

    RemovePermission(input) {
      const queue = queues.of(input);
      if (!input.Label) throw missingParameter("Label");
      const policy = policyOf(queue);
      const rest = policy.Statement.filter((statement: any) => statement.Sid !== input.Label);
      if (rest.length === policy.Statement.length) {
        throw invalidValue(input.Label, "Label", "can't find label.");
      }
      return write(queue, { ...policy, Statement: rest });
    },
  };
}
