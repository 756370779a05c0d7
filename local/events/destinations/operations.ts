import { gunzipSync, inflateRawSync, inflateSync } from "node:zlib";
import { ServiceError } from "../../kernel/errors.ts";
import type { OutboundResponse } from "../../kernel/outbound.ts";
import type { Operation } from "../../kernel/service.ts";
import type { Store } from "../../kernel/store.ts";
import type { Connections } from "../connections/connections.ts";
import { requireEndpoint } from "../connections/input.ts";
import { pageByName } from "../page.ts";
import {
  alreadyExists,
  NAME,
  notFound,
  operation,
  requireNumber,
  requireOneOf,
  requireText,
} from "../validation.ts";
import type { DestinationRow, DestinationSettings, Destinations } from "./destinations.ts";
import { DestinationError, RateLimitError } from "./errors.ts";
import type { Invoker } from "./invoke.ts";

const METHODS = ["HEAD", "POST", "PATCH", "DELETE", "PUT", "GET", "OPTIONS"];
const CONNECTION_ARN =
  /^arn:aws([a-z]|-)*:events:([a-z]|\d|-)*:([0-9]{12})?:connection\/[.\-_A-Za-z0-9]+\/[-A-Za-z0-9]+$/;
/** Requests per second, also the default of the account. */
const USUAL_RATE = 300;
const MOST_RATE = 100_000;

const SETTINGS = [
  "Name",
  "Description",
  "ConnectionArn",
  "InvocationEndpoint",
  "HttpMethod",
  "InvocationRateLimitPerSecond",
];

/** The operations on API destinations. */
export function destinationOperations(
  store: Store,
  connections: Connections,
  destinations: Destinations,
  invoker: Invoker,
): Record<string, Operation> {
  const named = (input: any) =>
    destinations.existing(requireText(input.Name, "name", { pattern: NAME, most: 64 }));

  return {
    CreateApiDestination: operation(SETTINGS, (input) => {
      const name = requireText(input.Name, "name", { pattern: NAME, most: 64 });
      const { connection, settings } = read(input);
      if (destinations.find(name)) throw alreadyExists(`An api-destination '${name}' already exists.`);
      return brief(destinations.save(name, connection, settings));
    }),

    UpdateApiDestination: operation(SETTINGS, (input) => {
      const row = named(input);
      const { connection, settings } = read({
        ConnectionArn: row.connection,
        ...JSON.parse(row.settings),
        ...input,
      });
      return brief(destinations.save(row.name, connection, settings));
    }),

    DescribeApiDestination: operation(["Name"], (input) => {
      const row = named(input);
      const { Description } = JSON.parse(row.settings);
      return { ...listed(row), ...(Description !== undefined && { Description }) };
    }),

    ListApiDestinations: operation(["NamePrefix", "ConnectionArn", "Limit", "NextToken"], (input) => {
      const { rows, NextToken } = pageByName<DestinationRow>(store, "events_api_destination", input, {
        connection: input.ConnectionArn,
      });
      return { ApiDestinations: rows.map(listed), NextToken };
    }),

    DeleteApiDestination: operation(["Name"], (input) => {
      destinations.remove(named(input));
      return {};
    }),

    /** What a pipe does with its events: an action of IAM for which AWS has no public API. */
    async InvokeApiDestination({ ApiDestinationArn, Body, HttpParameters = {} }) {
      try {
        return { Body: decoded(await invoker.invoke(ApiDestinationArn, Body, HttpParameters)) };
      } catch (error) {
        if (error instanceof RateLimitError) throw new ServiceError("ThrottlingException", error.message);
        if (error instanceof DestinationError) throw new ServiceError("SDK_CLIENT_ERROR", error.message);
        throw error;
      }
    },
  };

  function read(input: any): { connection: string; settings: DestinationSettings } {
    const { Description, InvocationRateLimitPerSecond: rate = USUAL_RATE } = input;
    const connection = requireText(input.ConnectionArn, "connectionArn", {
      pattern: CONNECTION_ARN,
      most: 1600,
    });
    const HttpMethod = requireOneOf(input.HttpMethod, "httpMethod", METHODS);
    const InvocationEndpoint = requireEndpoint(input.InvocationEndpoint, "invocationEndpoint");
    if (Description !== undefined) requireText(Description, "description", { least: 0, most: 512 });
    requireNumber(rate, "invocationRateLimitPerSecond", 1, MOST_RATE);
    if (!connections.withArn(connection)) throw notFound(`Connection '${connection}' does not exist.`);
    return {
      connection,
      settings: {
        ...(Description !== undefined && { Description }),
        InvocationEndpoint,
        HttpMethod,
        InvocationRateLimitPerSecond: rate,
      },
    };
  }

  function brief(row: DestinationRow) {
    return {
      ApiDestinationArn: destinations.arn(row),
      ApiDestinationState: destinations.stateOf(row),
      CreationTime: row.created / 1000,
      LastModifiedTime: row.modified / 1000,
    };
  }

  function listed(row: DestinationRow) {
    const { Description: _, ...settings }: DestinationSettings = JSON.parse(row.settings);
    return { ...brief(row), Name: row.name, ConnectionArn: row.connection, ...settings };
  }
}

/** Of a compressed response, in bytes: a few kilobytes of another host could otherwise become gigabytes. */
const MOST_UNCOMPRESSED = { maxOutputLength: 64 * 2 ** 20 };

/** The text of a response. Throws SDK_CLIENT_ERROR for what is not compressed as it says. */
function decoded({ headers, body }: OutboundResponse): string {
  const [, encoding = ""] = headers.find(([name]) => name.toLowerCase() === "content-encoding") ?? [];
  const isZlib = body.length > 0 && (body[0]! & 0x0f) === 8;
  try {
    if (encoding === "gzip") return gunzipSync(body, MOST_UNCOMPRESSED).toString();
    const inflate = isZlib ? inflateSync : inflateRawSync;
    if (encoding === "deflate") return inflate(body, MOST_UNCOMPRESSED).toString();
  } catch (error) {
    throw new DestinationError(`the response cannot be decompressed: ${(error as Error).message}.`);
  }
  return body.toString();
}
