/** A header, query or body parameter that is added to requests. */
export interface Parameter {
  Key: string;
  Value?: string;
  IsValueSecret: boolean;
}

export interface Parameters {
  HeaderParameters?: Parameter[];
  QueryStringParameters?: Parameter[];
  BodyParameters?: Parameter[];
}

/** How requests are authorized and what is added to them, in the API's members. */
export interface Auth {
  BasicAuthParameters?: { Username: string; Password?: string };
  ApiKeyAuthParameters?: { ApiKeyName: string; ApiKeyValue?: string };
  OAuthParameters?: {
    AuthorizationEndpoint: string;
    HttpMethod: "GET" | "POST" | "PUT";
    ClientParameters: { ClientID: string; ClientSecret?: string };
    OAuthHttpParameters?: Parameters;
  };
  InvocationHttpParameters?: Parameters;
}

/** What a connection shows: everything that is not secret. */
export function shownAuth(auth: Auth): Auth {
  const { BasicAuthParameters, ApiKeyAuthParameters, OAuthParameters, InvocationHttpParameters } = auth;
  return {
    ...(BasicAuthParameters && { BasicAuthParameters: { Username: BasicAuthParameters.Username } }),
    ...(ApiKeyAuthParameters && { ApiKeyAuthParameters: { ApiKeyName: ApiKeyAuthParameters.ApiKeyName } }),
    ...(OAuthParameters && {
      OAuthParameters: {
        ...OAuthParameters,
        ClientParameters: { ClientID: OAuthParameters.ClientParameters.ClientID },
        ...(OAuthParameters.OAuthHttpParameters && {
          OAuthHttpParameters: shownParameters(OAuthParameters.OAuthHttpParameters),
        }),
      },
    }),
    ...(InvocationHttpParameters && { InvocationHttpParameters: shownParameters(InvocationHttpParameters) }),
  };
}

function shownParameters(parameters: Parameters): Parameters {
  const entries = Object.entries(parameters as Record<string, Parameter[]>).map(([kind, list]) => [
    kind,
    list.map(({ Key, Value, IsValueSecret }) =>
      IsValueSecret ? { Key, IsValueSecret } : { Key, Value, IsValueSecret },
    ),
  ]);
  return Object.fromEntries(entries);
}

/** The names of members in the connection's secret. */
const IN_SECRET: Record<string, string> = {
  Username: "username",
  Password: "password",
  ApiKeyName: "api_key_name",
  ApiKeyValue: "api_key_value",
  ClientID: "client_id",
  ClientSecret: "client_secret",
  AuthorizationEndpoint: "authorization_endpoint",
  HttpMethod: "http_method",
  OAuthHttpParameters: "oauth_http_parameters",
  InvocationHttpParameters: "invocation_http_parameters",
  HeaderParameters: "header_parameters",
  QueryStringParameters: "query_string_parameters",
  BodyParameters: "body_parameters",
  Key: "key",
  Value: "value",
  IsValueSecret: "is_value_secret",
};
const OUTSIDE = Object.fromEntries(Object.entries(IN_SECRET).map(([outside, inside]) => [inside, outside]));

/** The text of a connection's secret. */
export function secretText(auth: Auth): string {
  const { ClientParameters, ...oauth } = auth.OAuthParameters ?? {};
  const flat = {
    ...auth.BasicAuthParameters,
    ...auth.ApiKeyAuthParameters,
    ...ClientParameters,
    ...oauth,
    ...(auth.InvocationHttpParameters && { InvocationHttpParameters: auth.InvocationHttpParameters }),
  };
  return JSON.stringify(renamed(flat, IN_SECRET));
}

/** What the text of a secret says. Throws SyntaxError. */
export function authOf(text: string): Auth {
  const { InvocationHttpParameters, ...flat } = renamed(JSON.parse(text), OUTSIDE) as any;
  const { ClientID, ClientSecret, ...rest } = flat;
  return {
    ...("Username" in flat && { BasicAuthParameters: rest }),
    ...("ApiKeyName" in flat && { ApiKeyAuthParameters: rest }),
    ...("AuthorizationEndpoint" in flat && {
      OAuthParameters: { ...rest, ClientParameters: { ClientID, ClientSecret } },
    }),
    ...(InvocationHttpParameters && { InvocationHttpParameters }),
  };
}

function renamed(value: unknown, names: Record<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => renamed(item, names));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [names[name] ?? name, renamed(member, names)]),
  );
}
