import { ServiceError } from "../../kernel/errors.ts";
import type { Operation } from "../../kernel/service.ts";
import type { Store } from "../../kernel/store.ts";
import { pageByName } from "../page.ts";
import {
  alreadyExists,
  NAME,
  notFound,
  operation,
  requireOneOf,
  requireText,
  validation,
} from "../validation.ts";
import type { Auth } from "./auth.ts";
import type { ConnectionRow, ConnectionSettings, Connections } from "./connections.ts";
import { AUTHORIZATION_TYPES, type AuthorizationType, OAUTH, privateEndpoint, readAuth } from "./input.ts";
import { TokenError } from "./token.ts";

const SETTINGS = [
  "Name",
  "Description",
  "AuthorizationType",
  "AuthParameters",
  "InvocationConnectivityParameters",
  "KmsKeyIdentifier",
];

/** The operations on connections. */
export function connectionOperations(store: Store, connections: Connections): Record<string, Operation> {
  const named = (input: any) =>
    connections.existing(requireText(input.Name, "name", { pattern: NAME, most: 64 }));

  return {
    CreateConnection: operation(SETTINGS, async (input) => {
      const name = requireText(input.Name, "name", { pattern: NAME, most: 64 });
      const type = requireType(input.AuthorizationType);
      const settings = readSettings(type, input);
      if (connections.find(name)) throw alreadyExists(`Connection ${name} already exists.`);
      const { LastAuthorizedTime: _, ...answer } = brief(await connections.create(name, type, settings));
      return answer;
    }),

    UpdateConnection: operation(SETTINGS, async (input) => {
      const row = named(input);
      const type = input.AuthorizationType === undefined ? row.type : requireType(input.AuthorizationType);
      const { auth } = await connections.auth(row);
      const before: ConnectionSettings = JSON.parse(row.settings);
      const merged = { Description: before.Description, AuthParameters: {}, ...input };
      return brief(await connections.update(row, type, readSettings(type, merged, auth)));
    }),

    DescribeConnection: operation(["Name"], (input) => {
      const row = named(input);
      return { ...listed(row), SecretArn: row.secret, ...JSON.parse(row.settings) };
    }),

    ListConnections: operation(["NamePrefix", "ConnectionState", "Limit", "NextToken"], (input) => {
      const { rows, NextToken } = pageByName<ConnectionRow>(store, "events_connection", input, {
        state: input.ConnectionState,
      });
      return { Connections: rows.map(listed), NextToken };
    }),

    DeauthorizeConnection: operation(["Name"], async (input) => ({
      ...brief(await connections.deauthorize(named(input))),
      ConnectionState: "DEAUTHORIZING",
    })),

    DeleteConnection: operation(["Name"], async (input) => {
      const row = named(input);
      await connections.remove(row);
      return { ...brief(row), ConnectionState: "DELETING" };
    }),

    /**
     * What an HTTP task needs for its request, read as its role: an action of IAM for which AWS has no public
     * API. `Renew` asks for another token than the last.
     */
    async RetrieveConnectionCredentials({ ConnectionArn, Renew }, { caller }) {
      const row = connections.withArn(requireText(ConnectionArn, "connectionArn"));
      if (!row) throw notFound(`Connection '${ConnectionArn}' does not exist.`);
      if (Renew) connections.forgetToken(row);
      await connections.describeSecret(row, caller);
      try {
        return { ...(await connections.additions(row, caller)), isOAuth: row.type === OAUTH };
      } catch (error) {
        if (!(error instanceof TokenError)) throw error;
        throw new ServiceError("InvalidConnectionState", error.message);
      }
    },
  };

  function brief(row: ConnectionRow) {
    return {
      ConnectionArn: connections.arn(row),
      ConnectionState: row.state,
      CreationTime: row.created / 1000,
      LastModifiedTime: row.modified / 1000,
      LastAuthorizedTime: row.authorized / 1000,
    };
  }

  function listed(row: ConnectionRow) {
    return {
      ...brief(row),
      Name: row.name,
      AuthorizationType: row.type,
      ...(row.reason !== null && { StateReason: row.reason }),
    };
  }
}

const requireType = (value: unknown) =>
  requireOneOf(value, "authorizationType", AUTHORIZATION_TYPES) as AuthorizationType;

function readSettings(type: AuthorizationType, input: any, before?: Auth): ConnectionSettings {
  if (input.InvocationConnectivityParameters !== undefined)
    throw validation(privateEndpoint("InvocationConnectivityParameters"));
  if (input.AuthParameters === undefined) requireText(undefined, "authParameters");
  if (input.Description !== undefined) requireText(input.Description, "description", { least: 0, most: 512 });
  return {
    ...(input.Description !== undefined && { Description: input.Description }),
    AuthParameters: readAuth(type, input.AuthParameters, before),
  };
}
