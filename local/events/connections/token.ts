import { tryParseJson } from "../../kernel/json-text.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { Auth } from "./auth.ts";

/** An access token of an OAuth provider. */
export interface Token {
  /** As in the Authorization header: "Bearer …". */
  header: string;
  /** Milliseconds since the epoch; undefined if the provider did not say. */
  expires: number | undefined;
}

/** The provider gave no token. */
export class TokenError extends Error {}

const PATIENCE = 5000;
const MOST_BYTES = 2 ** 20;

/**
 * Exchanges the client's credentials for an access token. Parameters of the body are those of the connection,
 * then the credentials. Throws TokenError.
 */
export async function requestToken(
  { outbound, clock }: Kernel,
  {
    AuthorizationEndpoint,
    HttpMethod,
    ClientParameters,
    OAuthHttpParameters,
  }: NonNullable<Auth["OAuthParameters"]>,
): Promise<Token> {
  const {
    HeaderParameters = [],
    QueryStringParameters = [],
    BodyParameters = [],
  } = OAuthHttpParameters ?? {};
  const pairs = (list: typeof BodyParameters): [string, string][] =>
    list.map(({ Key, Value }) => [Key, Value ?? ""]);
  const form = new URLSearchParams(pairs(BodyParameters));
  form.set("client_secret", ClientParameters.ClientSecret ?? "");
  form.set("client_id", ClientParameters.ClientID);
  const url = new URL(AuthorizationEndpoint);
  const inQuery = HttpMethod === "GET" ? [...form] : [];
  for (const [key, value] of [...pairs(QueryStringParameters), ...inQuery]) url.searchParams.set(key, value);
  const ask = async () => {
    try {
      return await outbound({
        method: HttpMethod,
        url,
        headers: [["Content-Type", "application/x-www-form-urlencoded"], ...pairs(HeaderParameters)],
        body: HttpMethod === "GET" ? undefined : form.toString(),
        patience: PATIENCE,
        most: MOST_BYTES,
      });
    } catch (error) {
      throw new TokenError(`Could not connect to the specified endpoint. ${(error as Error).message}.`);
    }
  };
  const { status, body } = await ask();
  if (status < 200 || status > 299)
    throw new TokenError(
      `The authorization endpoint ${AuthorizationEndpoint} answered with status ${status}.`,
    );
  const answer = (tryParseJson(body.toString()) ?? {}) as Record<string, unknown>;
  const { access_token, token_type = "Bearer", expires_in } = answer;
  if (typeof access_token !== "string")
    throw new TokenError(
      `The authorization endpoint ${AuthorizationEndpoint} answered without an access_token.`,
    );
  const seconds = Number(expires_in);
  return {
    header: `${token_type} ${access_token}`,
    expires: seconds > 0 ? clock.now() + seconds * 1000 : undefined,
  };
}
