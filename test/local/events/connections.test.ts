import { expect, test } from "vitest";
import { destinationCloud } from "./destination-cloud.ts";

const OAUTH = {
  OAuthParameters: {
    AuthorizationEndpoint: "https://id.example.com/token",
    ClientParameters: { ClientID: "client", ClientSecret: "hush" },
    HttpMethod: "POST",
    OAuthHttpParameters: {
      HeaderParameters: [{ Key: "x-tenant", Value: "t", IsValueSecret: true }],
      BodyParameters: [
        { Key: "grant_type", Value: "client_credentials", IsValueSecret: false },
        { Key: "scope", Value: "orders", IsValueSecret: false },
      ],
    },
  },
};

/** What was recorded in an account for the same calls. */
test.each([
  [
    "BASIC",
    { BasicAuthParameters: { Username: "user", Password: "pass" } },
    { BasicAuthParameters: { Username: "user" } },
    { username: "user", password: "pass" },
  ],
  [
    "API_KEY",
    {
      ApiKeyAuthParameters: { ApiKeyName: "ApiKey", ApiKeyValue: "secret" },
      InvocationHttpParameters: {},
    },
    { ApiKeyAuthParameters: { ApiKeyName: "ApiKey" }, InvocationHttpParameters: {} },
    { api_key_name: "ApiKey", api_key_value: "secret", invocation_http_parameters: {} },
  ],
  [
    "OAUTH_CLIENT_CREDENTIALS",
    OAUTH,
    {
      OAuthParameters: {
        AuthorizationEndpoint: "https://id.example.com/token",
        ClientParameters: { ClientID: "client" },
        HttpMethod: "POST",
        OAuthHttpParameters: {
          HeaderParameters: [{ Key: "x-tenant", IsValueSecret: true }],
          BodyParameters: OAUTH.OAuthParameters.OAuthHttpParameters.BodyParameters,
        },
      },
    },
    {
      client_id: "client",
      client_secret: "hush",
      authorization_endpoint: "https://id.example.com/token",
      http_method: "POST",
      oauth_http_parameters: {
        header_parameters: [{ key: "x-tenant", value: "t", is_value_secret: true }],
        body_parameters: [
          { key: "grant_type", value: "client_credentials", is_value_secret: false },
          { key: "scope", value: "orders", is_value_secret: false },
        ],
      },
    },
  ],
])("a connection with %s shows no secret: they are in Secrets Manager", async (type, given, shown, kept) => {
  const { connection, events, secrets } = destinationCloud();
  const ConnectionArn = await connection("c", type, given);
  expect(ConnectionArn).toMatch(/^arn:aws:events:us-east-1:000000000000:connection\/c\/[0-9a-f-]{36}$/);
  const described = await events("DescribeConnection", { Name: "c" });
  expect(described).toMatchObject({ ConnectionArn, AuthorizationType: type, Name: "c" });
  expect(described.AuthParameters).toEqual(shown);
  const { SecretString, Name } = await secrets("GetSecretValue", { SecretId: described.SecretArn });
  expect(Name).toMatch(/^events!connection\/c\/[0-9a-f-]{36}$/);
  expect(JSON.parse(SecretString)).toEqual(kept);
  expect(await secrets("DescribeSecret", { SecretId: Name })).toMatchObject({ OwningService: "events" });
});

test("only services give secrets names with an owner", async () => {
  const { secrets } = destinationCloud();
  const attempt = secrets("CreateSecret", { Name: "events!connection/c/1", SecretString: "x" });
  await expect(attempt).rejects.toThrow("Invalid name");
});

test("an update changes what it names, also in the secret; a deletion removes both", async () => {
  const { connection, events, secrets } = destinationCloud();
  await connection("c", "BASIC", { BasicAuthParameters: { Username: "user", Password: "pass" } });
  await events("UpdateConnection", {
    Name: "c",
    Description: "d",
    AuthParameters: { BasicAuthParameters: { Password: "other" } },
  });
  const { SecretArn, Description } = await events("DescribeConnection", { Name: "c" });
  const { SecretString } = await secrets("GetSecretValue", { SecretId: SecretArn });
  expect(JSON.parse(SecretString)).toEqual({ username: "user", password: "other" });
  expect(Description).toBe("d");
  expect(await events("DeleteConnection", { Name: "c" })).toMatchObject({ ConnectionState: "DELETING" });
  await expect(events("DescribeConnection", { Name: "c" })).rejects.toThrow(
    "Failed to describe the connection(s). Connection 'c' does not exist.",
  );
  await expect(secrets("DescribeSecret", { SecretId: SecretArn })).rejects.toThrow("can't find");
});

test("connections are listed by prefix, state and page", async () => {
  const { connection, events } = destinationCloud();
  const basic = { BasicAuthParameters: { Username: "user", Password: "pass" } };
  for (const name of ["a1", "a2", "b"]) await connection(name, "BASIC", basic);
  const names = async (input: object) =>
    (await events("ListConnections", input)).Connections.map(({ Name }: { Name: string }) => Name);
  expect(await names({ NamePrefix: "a" })).toEqual(["a1", "a2"]);
  await events("DeauthorizeConnection", { Name: "a2" });
  expect(await names({ ConnectionState: "DEAUTHORIZED" })).toEqual(["a2"]);
  const { NextToken } = await events("ListConnections", { Limit: 2 });
  expect(await names({ NextToken })).toEqual(["b"]);
});

test.each([
  [
    { Name: "Invalid Name With Spaces!" },
    "1 validation error detected: Value 'Invalid Name With Spaces!' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [.\\-_A-Za-z0-9]+",
  ],
  [
    { AuthorizationType: "INVALID_AUTH_TYPE" },
    "1 validation error detected: Value 'INVALID_AUTH_TYPE' at 'authorizationType' failed to satisfy constraint: Member must satisfy enum value set: [BASIC, OAUTH_CLIENT_CREDENTIALS, API_KEY]",
  ],
  [{ AuthParameters: {} }, "Value null at 'authParameters.basicAuthParameters.username'"],
  [
    { InvocationConnectivityParameters: { ResourceParameters: {} } },
    "does not serve connections to private endpoints (InvocationConnectivityParameters). Leave it out on this machine",
  ],
  [
    { AuthParameters: { ConnectivityParameters: {} } },
    "does not serve connections to private endpoints (AuthParameters.ConnectivityParameters)",
  ],
  [
    { AuthParameters: { ApiKeyAuthParameters: {} } },
    "AuthParameters.ApiKeyAuthParameters is not for the authorization type BASIC.",
  ],
  [
    {
      AuthorizationType: "OAUTH_CLIENT_CREDENTIALS",
      AuthParameters: {
        OAuthParameters: { ...OAUTH.OAuthParameters, AuthorizationEndpoint: "http://id.example.com/" },
      },
    },
    "http://id.example.com/ is not called: an endpoint begins with https://",
  ],
])("a connection with %j is refused", async (changed, message) => {
  const { events } = destinationCloud();
  const input = { Name: "c", AuthorizationType: "BASIC", AuthParameters: {}, ...changed };
  await expect(events("CreateConnection", input)).rejects.toThrow(message);
});

test("a connection with OAuth gets its token with the credentials in the form, as recorded", async () => {
  const { connection, events, settle, reached, answers } = destinationCloud();
  answers.next = () => ({
    body: Buffer.from('{"access_token":"abc","token_type":"Bearer","expires_in":60}'),
  });
  await connection("c", "OAUTH_CLIENT_CREDENTIALS", OAUTH);
  expect(await events("DescribeConnection", { Name: "c" })).toMatchObject({
    ConnectionState: "AUTHORIZING",
    LastAuthorizedTime: 0,
  });
  await settle();
  expect(await events("DescribeConnection", { Name: "c" })).toMatchObject({ ConnectionState: "AUTHORIZED" });
  expect(reached).toMatchObject([
    {
      method: "POST",
      url: "https://id.example.com/token",
      headers: { "content-type": "application/x-www-form-urlencoded", "x-tenant": "t" },
      body: "grant_type=client_credentials&scope=orders&client_secret=hush&client_id=client",
    },
  ]);
});

test("a provider that gives no token deauthorizes the connection, and says why", async () => {
  const { connection, events, settle, answers } = destinationCloud();
  answers.next = () => ({ status: 400 });
  await connection("c", "OAUTH_CLIENT_CREDENTIALS", OAUTH);
  await settle();
  expect(await events("DescribeConnection", { Name: "c" })).toMatchObject({
    ConnectionState: "DEAUTHORIZED",
    StateReason: "The authorization endpoint https://id.example.com/token answered with status 400.",
  });
});
