import { refusedAddress } from "../../kernel/outbound.ts";
import { requireList, requireOneOf, requireShape, requireText, validation } from "../validation.ts";
import type { Auth, Parameters } from "./auth.ts";

export const OAUTH = "OAUTH_CLIENT_CREDENTIALS";
export const AUTHORIZATION_TYPES = ["BASIC", OAUTH, "API_KEY"] as const;
export type AuthorizationType = (typeof AUTHORIZATION_TYPES)[number];

/** The member with the credentials of each type, and the members that these have. */
const CREDENTIALS = {
  BASIC: "BasicAuthParameters",
  API_KEY: "ApiKeyAuthParameters",
  OAUTH_CLIENT_CREDENTIALS: "OAuthParameters",
} as const;

const CREDENTIAL = { pattern: /^[^\p{Cc}]+$/u, most: 512 };
const HEADER_NAME = { pattern: /^[!#$%&'*+\-.^_`|~0-9a-zA-Z]+$/, most: 512 };
const MOST_PARAMETERS = 100;

/** A member with which a connection reaches endpoints in a VPC. */
export const privateEndpoint = (member: string) =>
  `The local cloud does not serve connections to private endpoints (${member}). Leave it out on this machine, and name a stand-in that listens here (http://127.0.0.1:<port>) as the endpoint.`;

/**
 * The authorization that a request asks for; what it leaves out stays as `before` has it. Throws
 * ValidationException.
 */
export function readAuth(type: AuthorizationType, given: any, before: Auth = {}): Auth {
  const at = "authParameters";
  for (const [name, value] of Object.entries(given)) {
    if (name === "ConnectivityParameters") throw validation(privateEndpoint(`AuthParameters.${name}`));
    if (name !== "InvocationHttpParameters" && name !== CREDENTIALS[type])
      throw validation(`AuthParameters.${name} is not for the authorization type ${type}.`);
    requireShape(value, `${at}.${name}`, "structure");
  }
  const parameters = given.InvocationHttpParameters
    ? readParameters(given.InvocationHttpParameters, `${at}.invocationHttpParameters`)
    : before.InvocationHttpParameters;
  const credentials = given[CREDENTIALS[type]];
  return {
    ...READERS[type](credentials ?? {}, before, at),
    ...(parameters && { InvocationHttpParameters: parameters }),
  };
}

const READERS: Record<AuthorizationType, (given: any, before: Auth, at: string) => Auth> = {
  BASIC(given, { BasicAuthParameters: before }, at) {
    const merged = { ...before, ...given };
    return { BasicAuthParameters: texts(merged, ["Username", "Password"], `${at}.basicAuthParameters`) };
  },
  API_KEY(given, { ApiKeyAuthParameters: before }, at) {
    const merged = { ...before, ...given };
    return {
      ApiKeyAuthParameters: texts(merged, ["ApiKeyName", "ApiKeyValue"], `${at}.apiKeyAuthParameters`),
    };
  },
  OAUTH_CLIENT_CREDENTIALS(given, { OAuthParameters: before }, at) {
    const here = `${at}.oAuthParameters`;
    const { AuthorizationEndpoint, HttpMethod, ClientParameters, OAuthHttpParameters } = {
      ...before,
      ...given,
    };
    const client = { ...before?.ClientParameters, ...ClientParameters };
    return {
      OAuthParameters: {
        ClientParameters: texts(client, ["ClientID", "ClientSecret"], `${here}.clientParameters`),
        AuthorizationEndpoint: requireEndpoint(AuthorizationEndpoint, `${here}.authorizationEndpoint`),
        HttpMethod: requireOneOf(HttpMethod, `${here}.httpMethod`, ["GET", "POST", "PUT"]) as "GET",
        ...(OAuthHttpParameters && {
          OAuthHttpParameters: readParameters(OAuthHttpParameters, `${here}.oAuthHttpParameters`),
        }),
      },
    };
  },
};

function texts<Name extends string>(given: any, names: Name[], at: string): Record<Name, string> {
  const entries = names.map((name) => [name, requireText(given[name], `${at}.${lower(name)}`, CREDENTIAL)]);
  return Object.fromEntries(entries);
}

/** An address that requests can be sent to from here. */
export function requireEndpoint(value: unknown, at: string): string {
  const text = requireText(value, at, { most: 2048 });
  const refused = refusedAddress(text.replaceAll("*", "x"));
  if (refused) throw validation(`${at}: ${refused}.`);
  return text;
}

function readParameters(given: any, at: string): Parameters {
  const read = (kind: keyof Parameters) => {
    const list = given[kind];
    if (list === undefined || list === null) return {};
    requireShape(list, `${at}.${lower(kind)}`, "list");
    if (list.length > 0) requireList(list, `${at}.${lower(kind)}`, MOST_PARAMETERS);
    const entries = list.map(({ Key, Value, IsValueSecret = false }: any, index: number) => {
      const member = `${at}.${lower(kind)}.${index + 1}.member`;
      return {
        Key: requireText(Key, `${member}.key`, kind === "HeaderParameters" ? HEADER_NAME : {}),
        Value: requireText(Value, `${member}.value`, { least: 0 }),
        // Templates may write booleans as text.
        IsValueSecret: String(IsValueSecret) === "true",
      };
    });
    return { [kind]: entries };
  };
  return { ...read("HeaderParameters"), ...read("QueryStringParameters"), ...read("BodyParameters") };
}

const lower = (name: string) => name[0]!.toLowerCase() + name.slice(1);
