import { type EventContract, versionsOf } from "../event.ts";
import { type JsonSchema, jsonSchemaIn } from "../schema.ts";
import { namedSchemas } from "./definitions.ts";
import { exampleOf } from "./example.ts";
import { eventsAmong, type Participant } from "./participant.ts";

/** The input of the document. */
export interface About {
  title: string;
  version: string;
}

interface Referring {
  $ref: string;
}

/**
 * The part of an AsyncAPI document that is used here.
 * https://www.asyncapi.com/docs/reference/specification/v3.0.0
 */
interface AsyncApi {
  asyncapi: "3.0.0";
  info: About & { description: string };
  defaultContentType: string;
  channels: Record<string, { address: string; messages: Record<string, Referring> }>;
  operations: Record<string, object>;
  components: { messages: Record<string, object>; schemas: Record<string, JsonSchema> };
}

const DESCRIPTION =
  "Events of an EventBridge bus. A channel is a detail-type; the payload is the event's detail. Next to the payload, the field " +
  "`millrace` may carry the event's id, version, time, subject, correlation and causation.";

/** Describes all events, their versions, and their subscribers and publishers. */
export function asyncApi(participants: readonly Participant[], { title, version }: About): AsyncApi {
  const events = eventsAmong(participants);
  const versions = events.flatMap(versionsOf);
  return {
    asyncapi: "3.0.0",
    info: { title, version, description: DESCRIPTION },
    defaultContentType: "application/json",
    channels: Object.fromEntries(events.map((contract) => [contract.name, channelOf(contract)])),
    operations: Object.fromEntries(participants.flatMap(operationsOf)),
    components: {
      messages: Object.fromEntries(versions.map((contract) => [messageName(contract), messageOf(contract)])),
      schemas: Object.assign({}, ...versions.map(schemasOf)),
    },
  };
}

function channelOf(contract: EventContract): AsyncApi["channels"][string] {
  const messages = versionsOf(contract).map((one) => [
    versionName(one),
    { $ref: `#/components/messages/${messageName(one)}` },
  ]);
  return { address: contract.name, messages: Object.fromEntries(messages) };
}

function messageOf(contract: EventContract): object {
  const { name, version } = contract;
  return {
    name,
    title: `${name} version ${version}`,
    payload: { $ref: `#/components/schemas/${messageName(contract)}` },
    examples: [{ name: "example", payload: exampleOf(contract) }],
  };
}

function schemasOf(contract: EventContract): Record<string, JsonSchema> {
  const where = `Event "${contract.name}" version ${contract.version}`;
  const schema = jsonSchemaIn("draft-07", contract.schema, "input", where);
  return namedSchemas(messageName(contract), schema, "#/components/schemas");
}

function operationsOf({ name, kind, takes, sends }: Participant): [string, object][] {
  return [
    ...takes.map(({ contract, why }) =>
      operation(
        "receive",
        name,
        contract,
        versionsOf(contract),
        `${contract.name} ${why} of ${kind} ${name}`,
      ),
    ),
    ...sends.map((contract) =>
      operation("send", name, contract, [contract], `${kind} ${name} sends ${contract.name}`),
    ),
  ];
}

function operation(
  action: "receive" | "send",
  participant: string,
  { name }: EventContract,
  versions: readonly EventContract[],
  summary: string,
): [string, object] {
  const channel = `#/channels/${name}`;
  const messages = versions.map((one) => ({ $ref: `${channel}/messages/${versionName(one)}` }));
  return [`${participant}.${action}.${name}`, { action, channel: { $ref: channel }, summary, messages }];
}

function versionName({ version }: EventContract): string {
  return `v${version}`;
}

function messageName({ name, version }: EventContract): string {
  return `${name}.v${version}`;
}
