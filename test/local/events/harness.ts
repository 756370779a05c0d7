import { eventsService } from "../../../local/events/service.ts";
import { amongStandIns, QUEUE, type Situation } from "../stand-ins.ts";

export { type Call, DEAD, QUEUE, START } from "../stand-ins.ts";

/** The engine, started, among stand-ins for the services that it delivers to. */
export function cloud(situation: Situation = {}) {
  const targets = { sqs: ["SendMessage"], lambda: ["Invoke"], states: ["StartExecution"] };
  const local = amongStandIns(targets, situation);
  const service = eventsService(local.kernel, local.writeLog);
  local.kernel.register(service);
  service.start!();

  const events = (operation: string, input: object = {}, caller?: string): Promise<any> =>
    local.kernel.call("events", operation, input, caller === undefined ? {} : { caller });

  return {
    ...local,
    service,
    events,

    /** A rule with one target, the queue where nothing else is said. */
    async rule(name: string, pattern: object, target: object = {}, bus?: string): Promise<void> {
      await events("PutRule", { Name: name, EventBusName: bus, EventPattern: JSON.stringify(pattern) });
      const Targets = [{ Id: "t", Arn: QUEUE, ...target }];
      await events("PutTargets", { Rule: name, EventBusName: bus, Targets });
    },

    /** Puts one event on a bus. */
    async put(detail: unknown = {}, entry: object = {}): Promise<any> {
      const { Entries } = await events("PutEvents", {
        Entries: [{ Source: "shop", DetailType: "order", Detail: JSON.stringify(detail), ...entry }],
      });
      return Entries[0];
    },

    /** The bodies that queues received, parsed. */
    bodies: (): any[] => local.calls.map(({ input }) => JSON.parse(input.MessageBody)),
  };
}
