import { eventsService } from "../../../local/events/service.ts";
import type { OutboundRequest, OutboundResponse } from "../../../local/kernel/outbound.ts";
import { secretsManagerService } from "../../../local/secretsmanager/service.ts";
import { amongStandIns } from "../stand-ins.ts";

export const ROLE = "arn:aws:iam::000000000000:role/rule";

/** A request that reached an endpoint. */
export interface Reached {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string | undefined;
  /** Milliseconds since the epoch. */
  time: number;
}

/** EventBridge and Secrets Manager, with an endpoint in memory that answers by `answers.next`. */
export function destinationCloud() {
  const local = amongStandIns({ sqs: ["SendMessage"] });
  const { kernel, clock } = local;
  const reached: Reached[] = [];
  const answers: {
    next: (request: Reached) => Partial<OutboundResponse> | Promise<Partial<OutboundResponse>>;
  } = { next: () => ({}) };
  kernel.outbound = async ({ method, url, headers, body }: OutboundRequest) => {
    const request = {
      method,
      url: url.href,
      headers: Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value])),
      body,
      time: clock.now(),
    };
    reached.push(request);
    return { status: 200, headers: [], body: Buffer.alloc(0), ...(await answers.next(request)) };
  };
  kernel.register(secretsManagerService(kernel));
  const service = eventsService(kernel, local.writeLog);
  kernel.register(service);
  service.start!();
  const events = (operation: string, input: object = {}): Promise<any> =>
    kernel.call("events", operation, input);
  const secrets = (operation: string, input: object = {}): Promise<any> =>
    kernel.call("secretsmanager", operation, input);

  /** Creates a connection, and answers its ARN. */
  const connection = async (
    Name: string,
    AuthorizationType: string,
    AuthParameters: object,
  ): Promise<string> =>
    (await events("CreateConnection", { Name, AuthorizationType, AuthParameters })).ConnectionArn;
  const apiKey = () =>
    connection("key", "API_KEY", { ApiKeyAuthParameters: { ApiKeyName: "x-key", ApiKeyValue: "k" } });

  return {
    ...local,
    reached,
    answers,
    events,
    secrets,
    connection,
    apiKey,
    /** A rule for all events of the shop, to a new API destination. */
    async rule(ConnectionArn: string, settings: object = {}, target: object = {}): Promise<string> {
      const { ApiDestinationArn } = await events("CreateApiDestination", {
        Name: "shop",
        ConnectionArn,
        HttpMethod: "POST",
        InvocationEndpoint: "https://api.example.com/orders",
        ...settings,
      });
      await events("PutRule", { Name: "r", EventPattern: '{"source":["shop"]}' });
      const Targets = [{ Id: "t", Arn: ApiDestinationArn, RoleArn: ROLE, ...target }];
      await events("PutTargets", { Rule: "r", Targets });
      return ApiDestinationArn;
    },
    async put(detail: unknown = {}, count = 1): Promise<void> {
      const entry = { Source: "shop", DetailType: "order", Detail: JSON.stringify(detail) };
      const Entries = Array.from({ length: count }, () => entry);
      await events("PutEvents", { Entries });
    },
  };
}
