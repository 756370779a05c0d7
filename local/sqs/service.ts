import { deserializing } from "../kernel/input.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { Service } from "../kernel/service.ts";
import { acknowledgeOperations } from "./acknowledge.ts";
import { administerOperations } from "./administer.ts";
import { KINDS } from "./kinds.ts";
import { queueMeasures } from "./measure.ts";
import { Messages } from "./messages.ts";
import { MoveTasks } from "./move-tasks.ts";
import { permissionOperations } from "./permissions.ts";
import { Queues } from "./queues.ts";
import { Receiving } from "./receive.ts";
import { SCHEMA } from "./schema.ts";
import { sendOperations } from "./send.ts";

/** SQS: standard and FIFO queues. Whenever a message becomes visible it raises the signal `sqs:<queue ARN>`. */
export function sqsService(kernel: Kernel): Service {
  kernel.store.define(SCHEMA);
  const queues = new Queues(kernel);
  const messages = new Messages(kernel, queues);
  const receiving = new Receiving(kernel, queues, messages);
  const moveTasks = new MoveTasks(kernel, queues, messages);

  return {
    name: "sqs",
    operations: deserializing(KINDS, {
      ...administerOperations(kernel, queues, messages),
      ...permissionOperations(queues),
      ...sendOperations(kernel, queues, messages),
      ReceiveMessage: receiving.operation,
      ...acknowledgeOperations(kernel, queues, messages),
      ...moveTasks.operations,
    }),
    measure: queueMeasures(kernel, queues, messages),
    policyOf: (arn) => queues.withArn(arn)?.attributes.Policy,
    giveBack(arn) {
      const queue = queues.withArn(arn);
      if (queue) messages.giveBack(queue);
    },
    start() {
      for (const queue of queues.all()) messages.wakes.resume(queue);
      moveTasks.resume();
    },
    async stop() {
      receiving.release();
      messages.wakes.cancelAll();
      moveTasks.stop();
    },
  };
}
