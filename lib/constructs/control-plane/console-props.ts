import type { Throttle } from "./access-log.ts";

/** The issuer of user tokens, and the roles of users. */
export interface IssuerProps {
  /** The tokens' `iss`: "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_abc". */
  readonly url: string;
  /** One of these is the tokens' `aud` or `client_id`. */
  readonly audience: readonly string[];
  /** The claim that contains the role. @default "roles" */
  readonly roleClaim?: string;
  /** Values of that claim. @default "viewer", "decider" and "operator" */
  readonly roles?: {
    /** May read. @default "viewer" */
    readonly viewer?: readonly string[];
    /** May read, and decide approvals. @default "decider" */
    readonly decider?: readonly string[];
    /** May do everything. @default "operator" */
    readonly operator?: readonly string[];
  };
}

/** Who may use the console and its API. */
export interface ConsoleProps {
  /** The issuer of user tokens. @default none: one token, generated at deployment, gives access */
  readonly issuer?: IssuerProps;
  /**
   * One limit for all routes that need a signature or an issuer's token, and one for each other route.
   * @default 50 a second, a burst of 100
   */
  readonly throttle?: Throttle;
}

/** In the form that the function reads. */
export function signInBy(issuer: IssuerProps | undefined) {
  if (!issuer) return { by: "token" };
  const { roleClaim = "roles", roles = {} } = issuer;
  const { viewer = ["viewer"], decider = ["decider"], operator = ["operator"] } = roles;
  return { by: "issuer", roleClaim, roles: { viewer, decider, operator } };
}
