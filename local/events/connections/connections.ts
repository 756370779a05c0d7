import type { Kernel } from "../../kernel/kernel.ts";
import { notFound } from "../validation.ts";
import { type Auth, authOf, type Parameter, secretText, shownAuth } from "./auth.ts";
import { type AuthorizationType, OAUTH } from "./input.ts";
import { requestToken, type Token, TokenError } from "./token.ts";

export type ConnectionState = "AUTHORIZED" | "AUTHORIZING" | "DEAUTHORIZED";

/** A connection as it is kept; its credentials are in its secret. */
export interface ConnectionRow {
  name: string;
  id: string;
  type: AuthorizationType;
  settings: string;
  /** ARN of the secret. */
  secret: string;
  state: ConnectionState;
  reason: string | null;
  created: number;
  modified: number;
  authorized: number;
  declared: string | null;
}

export interface ConnectionSettings {
  Description?: string;
  AuthParameters: Auth;
}

/** What a connection adds to a request. */
export interface Additions {
  headers: [name: string, value: string][];
  query: [key: string, value: string][];
  body: [key: string, value: string][];
}

const SERVICE = "events.amazonaws.com";
/** A token that expires so soon is replaced before a request. */
const LEAD = 60_000;

/** The connections of the account, and the tokens of those with OAuth, which are kept in memory. */
export class Connections {
  private readonly kernel: Kernel;
  private readonly tokens = new Map<string, { version: string; token: Promise<Token> }>();

  constructor(kernel: Kernel) {
    this.kernel = kernel;
  }

  arn({ name, id }: Pick<ConnectionRow, "name" | "id">): string {
    return this.kernel.arn("events", `connection/${name}/${id}`);
  }

  find(name: string): ConnectionRow | undefined {
    return this.kernel.store.get<ConnectionRow>("SELECT * FROM events_connection WHERE name = ?", name);
  }

  /** Throws ResourceNotFoundException. */
  existing(name: string): ConnectionRow {
    const row = this.find(name);
    if (row) return row;
    throw notFound(`Failed to describe the connection(s). Connection '${name}' does not exist.`);
  }

  /** The connection with this ARN, whose id it has to have. */
  withArn(arn: string): ConnectionRow | undefined {
    const [, name = "", id] = /:connection\/([^/]+)\/([^/]+)$/.exec(arn) ?? [];
    const row = this.find(name);
    return row?.id === id ? row : undefined;
  }

  async create(
    name: string,
    type: AuthorizationType,
    { Description, AuthParameters }: ConnectionSettings,
  ): Promise<ConnectionRow> {
    const { random, clock, store } = this.kernel;
    const { ARN } = await this.callSecrets("CreateSecret", {
      Name: `events!connection/${name}/${random.uuid()}`,
      SecretString: secretText(AuthParameters),
    });
    const [now, isOAuth] = [clock.now(), type === OAUTH];
    store.run(
      "INSERT INTO events_connection VALUES (?, ?, ?, ?, ?, ?, NULL, ?, ?, ?, NULL)",
      name,
      random.uuid(),
      type,
      JSON.stringify({ Description, AuthParameters: shownAuth(AuthParameters) }),
      ARN,
      isOAuth ? "AUTHORIZING" : "AUTHORIZED",
      now,
      now,
      isOAuth ? 0 : now,
    );
    return this.authorizeSoon(this.existing(name));
  }

  async update(
    row: ConnectionRow,
    type: AuthorizationType,
    { Description, AuthParameters }: ConnectionSettings,
  ): Promise<ConnectionRow> {
    const { clock, store } = this.kernel;
    await this.callSecrets("PutSecretValue", {
      SecretId: row.secret,
      SecretString: secretText(AuthParameters),
    });
    const isOAuth = type === OAUTH;
    store.run(
      "UPDATE events_connection SET type = ?, settings = ?, modified = ?, authorized = ? WHERE name = ?",
      type,
      JSON.stringify({ Description, AuthParameters: shownAuth(AuthParameters) }),
      clock.now(),
      isOAuth ? row.authorized : clock.now(),
      row.name,
    );
    this.setState(row.name, isOAuth ? "AUTHORIZING" : "AUTHORIZED");
    return this.authorizeSoon(this.existing(row.name));
  }

  /** Keeps what the template has set, as a digest. */
  declare(name: string, declared: string): ConnectionRow {
    this.kernel.store.run("UPDATE events_connection SET declared = ? WHERE name = ?", declared, name);
    return this.existing(name);
  }

  /** Removes the credentials: the connection authorizes nothing until it is updated. */
  async deauthorize(row: ConnectionRow): Promise<ConnectionRow> {
    await this.callSecrets("PutSecretValue", { SecretId: row.secret, SecretString: "{}" });
    this.tokens.delete(this.arn(row));
    this.setState(row.name, "DEAUTHORIZED", "The connection was deauthorized.");
    return this.existing(row.name);
  }

  async remove(row: ConnectionRow): Promise<void> {
    await this.callSecrets("DeleteSecret", { SecretId: row.secret, ForceDeleteWithoutRecovery: true });
    this.tokens.delete(this.arn(row));
    this.kernel.store.run("DELETE FROM events_connection WHERE name = ?", row.name);
  }

  /** The credentials and parameters, secrets included, as `caller` may read them. */
  async auth({ secret }: ConnectionRow, caller = SERVICE): Promise<{ auth: Auth; version: string }> {
    const { SecretString, VersionId } = await this.callSecrets(
      "GetSecretValue",
      { SecretId: secret },
      caller,
    );
    return { auth: authOf(SecretString), version: VersionId };
  }

  /** Throws AccessDeniedException if the caller may not describe the secret, which users of credentials have to. */
  async describeSecret({ secret }: ConnectionRow, caller: string): Promise<void> {
    await this.callSecrets("DescribeSecret", { SecretId: secret }, caller);
  }

  /** What the connection adds to a request. Throws TokenError if its provider gives no token. */
  async additions(row: ConnectionRow, caller?: string): Promise<Additions> {
    const { auth, version } = await this.auth(row, caller);
    const { BasicAuthParameters: basic, ApiKeyAuthParameters: key, OAuthParameters: oauth } = auth;
    if (!basic && !key && !oauth) throw new TokenError(`The connection ${row.name} is not authorized.`);
    const { HeaderParameters, QueryStringParameters, BodyParameters } = auth.InvocationHttpParameters ?? {};
    const headers = pairs(HeaderParameters);
    if (basic) {
      const credentials = Buffer.from(`${basic.Username}:${basic.Password}`).toString("base64");
      headers.push(["Authorization", `Basic ${credentials}`]);
    }
    if (key) headers.push([key.ApiKeyName, key.ApiKeyValue!]);
    if (oauth) headers.push(["Authorization", (await this.token(row, oauth, version)).header]);
    return { headers, query: pairs(QueryStringParameters), body: pairs(BodyParameters) };
  }

  /** The provider refused the token, so the next request needs another. */
  forgetToken(row: ConnectionRow): void {
    this.tokens.delete(this.arn(row));
  }

  private async token(
    row: ConnectionRow,
    oauth: NonNullable<Auth["OAuthParameters"]>,
    version: string,
  ): Promise<Token> {
    const arn = this.arn(row);
    const kept = this.tokens.get(arn);
    if (kept?.version === version) {
      const token = await kept.token;
      if (token.expires === undefined || token.expires - LEAD > this.kernel.clock.now()) return token;
    }
    const token = requestToken(this.kernel, oauth);
    this.tokens.set(arn, { version, token });
    try {
      const answer = await token;
      this.kernel.store.run(
        "UPDATE events_connection SET authorized = ? WHERE name = ?",
        this.kernel.clock.now(),
        row.name,
      );
      this.setState(row.name, "AUTHORIZED");
      return answer;
    } catch (error) {
      this.tokens.delete(arn);
      this.setState(row.name, "DEAUTHORIZED", (error as Error).message);
      throw error;
    }
  }

  /** A token is requested at once, so that the connection shows whether it works; and again at each use. */
  private authorizeSoon(row: ConnectionRow): ConnectionRow {
    if (row.state === "AUTHORIZING") {
      this.kernel.work.start("events: authorization", async () => {
        await this.additions(row).catch((error) => {
          if (!(error instanceof TokenError)) throw error;
        });
      });
    }
    return row;
  }

  private setState(name: string, state: ConnectionState, reason: string | null = null): void {
    this.kernel.store.run(
      "UPDATE events_connection SET state = ?, reason = ? WHERE name = ?",
      state,
      reason,
      name,
    );
  }

  private callSecrets(operation: string, input: object, caller = SERVICE): Promise<any> {
    return this.kernel.call("secretsmanager", operation, input, { caller });
  }
}

const pairs = (parameters: Parameter[] = []): [string, string][] =>
  parameters.map(({ Key, Value = "" }) => [Key, Value]);
