import { badRequest } from "../errors.ts";
import { functionArn } from "../function-arn.ts";
import type { Settings } from "../part-settings.ts";

/** What decides whether a request is allowed. */
export type Authorizer = JwtAuthorizer | FunctionAuthorizer | IamAuthorizer;

export interface JwtAuthorizer {
  kind: "jwt";
  /** The position of the token: "$request.header.Authorization". */
  identitySource: string;
  /** On loopback, without a trailing slash. */
  issuer: string;
  audience: string[];
}

export interface FunctionAuthorizer {
  kind: "function";
  arn: string;
  role: string | undefined;
  identitySources: string[];
  /** Milliseconds for which a response is cached; 0 disables the cache. */
  timeToLive: number;
  /** Whether it answers yes or no instead of a policy. */
  simple: boolean;
}

/** Signatures, and the policies of the signing identity. */
interface IamAuthorizer {
  kind: "iam";
}

/** An address of this machine: the local cloud calls no other host. */
export const LOOPBACK = /^http:\/\/(?:127\.0\.0\.1|\[::1\]|(?:[a-z0-9_-]+\.)*localhost)(?::\d+)?(?:\/|$)/i;

/** Parses an authorizer's settings. Throws BadRequestException for unsupported or invalid ones. */
export function parseAuthorizer(settings: Settings): Authorizer {
  if (settings.AuthorizerType === "JWT") return parseJwt(settings);
  if (settings.AuthorizerType === "REQUEST") return parseFunction(settings);
  throw badRequest(`The local cloud does not serve the AuthorizerType ${settings.AuthorizerType}.`);
}

function parseJwt({ Name, IdentitySource, JwtConfiguration = {} }: Settings): JwtAuthorizer {
  const [identitySource, ...others] = [IdentitySource ?? []].flat();
  if (!identitySource || others.length > 0) throw badRequest(`Authorizer ${Name} needs one IdentitySource.`);
  const { Issuer, Audience } = JwtConfiguration;
  if (!LOOPBACK.test(Issuer ?? "")) {
    throw badRequest(
      `Authorizer ${Name} trusts the Issuer ${Issuer}, which is not on this machine: the local cloud takes keys from loopback only, such as http://127.0.0.1:8080.`,
    );
  }
  if (!Array.isArray(Audience) || Audience.length === 0)
    throw badRequest(`Authorizer ${Name} needs an Audience.`);
  return { kind: "jwt", identitySource, issuer: Issuer.replace(/\/$/, ""), audience: Audience };
}

function parseFunction(settings: Settings): FunctionAuthorizer {
  const { Name, AuthorizerUri, AuthorizerPayloadFormatVersion, EnableSimpleResponses } = settings;
  const arn = functionArn(AuthorizerUri);
  if (!arn) throw badRequest(`The AuthorizerUri ${AuthorizerUri} of authorizer ${Name} is no function.`);
  if (String(AuthorizerPayloadFormatVersion) !== "2.0") {
    throw badRequest(
      `Authorizer ${Name}: the local cloud serves the AuthorizerPayloadFormatVersion 2.0, not ${AuthorizerPayloadFormatVersion}.`,
    );
  }
  const identitySources: string[] = [settings.IdentitySource ?? []].flat();
  const seconds = Number(settings.AuthorizerResultTtlInSeconds ?? 0);
  if (!(seconds >= 0 && seconds <= 3600))
    throw badRequest(`AuthorizerResultTtlInSeconds must be 0 to 3600; it is ${seconds}.`);
  if (seconds > 0 && identitySources.length === 0) {
    throw badRequest(`Authorizer ${Name} cannot keep results without an IdentitySource.`);
  }
  return {
    kind: "function",
    arn,
    role: settings.AuthorizerCredentialsArn,
    identitySources,
    timeToLive: seconds * 1000,
    simple: String(EnableSimpleResponses) === "true",
  };
}
