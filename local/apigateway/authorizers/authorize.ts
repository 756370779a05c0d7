import type { Kernel } from "../../kernel/kernel.ts";
import { authorizerEvent } from "../event.ts";
import type { Authorized, Exchange } from "../exchange.ts";
import { invoke, type Log } from "../integrations/call.ts";
import { INTERNAL_SERVER_ERROR, message, type Response } from "../response.ts";
import { requestLookup, select } from "../selection.ts";
import { judgeToken, readToken } from "./jwt.ts";
import { Keys } from "./keys.ts";
import type { Authorizer, FunctionAuthorizer, JwtAuthorizer } from "./parse.ts";

/** Who it is, or what he is told instead. */
export type Decision = { kind: "authorized"; as: Authorized } | { kind: "refused"; response: Response };

interface Kept {
  until: number;
  decision: Decision;
}

const MOST_KEPT = 1000;

/** Asks authorizers, and keeps what functions answered for as long as they may. */
export class Authorizers {
  private readonly kernel: Kernel;
  private readonly log: Log;
  private readonly keys = new Keys();
  private readonly kept = new Map<string, Kept>();

  constructor(kernel: Kernel, log: Log) {
    this.kernel = kernel;
    this.log = log;
  }

  /** `id` is the authorizer's; `scopes` are the route's. */
  decide(id: string, authorizer: Authorizer, exchange: Exchange, scopes: string[]): Promise<Decision> {
    return authorizer.kind === "jwt"
      ? this.byToken(authorizer, exchange, scopes)
      : this.byFunction(id, authorizer, exchange);
  }

  private async byToken(authorizer: JwtAuthorizer, exchange: Exchange, scopes: string[]): Promise<Decision> {
    const given = select(authorizer.identitySource, requestLookup(exchange));
    if (!given) return unauthorized("Bearer");
    const token = readToken(given);
    if (!token) return invalidToken("the token is malformed");
    const { issuer, audience } = authorizer;
    let key: Awaited<ReturnType<Keys["find"]>>;
    try {
      key = await this.keys.find(issuer, token.keyId);
    } catch (error) {
      const { message, cause } = error as Error & { cause?: Error };
      this.log(`apigateway: the keys of ${issuer} cannot be had: ${cause?.message ?? message}`);
      return refused(INTERNAL_SERVER_ERROR);
    }
    if (!key) return invalidToken("unable to find a key with this id");
    const verdict = judgeToken(token, key, { issuer, audience, scopes, now: exchange.time });
    if (verdict.kind === "invalid") return invalidToken(verdict.why);
    if (verdict.kind === "insufficient scope") {
      const challenge = `Bearer scope="${scopes.join(" ")}" error="insufficient_scope"`;
      return refused(message(403, "Forbidden", { "www-authenticate": challenge }));
    }
    return { kind: "authorized", as: { jwt: { claims: verdict.claims, scopes: verdict.scopes } } };
  }

  private async byFunction(
    id: string,
    authorizer: FunctionAuthorizer,
    exchange: Exchange,
  ): Promise<Decision> {
    const lookup = requestLookup(exchange);
    const identity = authorizer.identitySources.map((source) => select(source, lookup));
    if (!identity.every((value) => value !== undefined && value !== "")) return unauthorized();
    const place = JSON.stringify([exchange.apiId, exchange.stage, id, identity]);
    const kept = this.kept.get(place);
    if (kept && kept.until > exchange.time) return kept.decision;
    const decision = await this.ask(authorizer, exchange, identity as string[]);
    if (authorizer.timeToLive > 0 && decision !== FAILED) {
      this.keep(place, { until: exchange.time + authorizer.timeToLive, decision });
    }
    return decision;
  }

  private async ask(
    authorizer: FunctionAuthorizer,
    exchange: Exchange,
    identity: string[],
  ): Promise<Decision> {
    const { apiId, stage, method, path } = exchange;
    const resource = `${apiId}/${stage}/${method}${path}`;
    const event = authorizerEvent(exchange, this.kernel.arn("execute-api", resource), identity);
    const invoked = await invoke(this.kernel, authorizer.arn, authorizer.role, event);
    const answer = invoked.kind === "answer" ? readAnswer(invoked.payload) : undefined;
    if (!answer) {
      const why =
        invoked.kind === "answer"
          ? `it answered ${invoked.payload}`
          : invoked.kind === "failure"
            ? invoked.why
            : "it is throttled";
      this.log(
        `apigateway: ${exchange.routeKey} of ${apiId}: the authorizer ${authorizer.arn} gave no decision: ${why}`,
      );
      return FAILED;
    }
    if (!answer.isAuthorized) return refused(message(403, "Forbidden"));
    return { kind: "authorized", as: { lambda: answer.context } };
  }

  private keep(place: string, kept: Kept): void {
    const oldest = this.kept.size >= MOST_KEPT ? this.kept.keys().next().value : undefined;
    if (oldest !== undefined) this.kept.delete(oldest);
    this.kept.set(place, kept);
  }
}

const refused = (response: Response): Decision => ({ kind: "refused", response });
const FAILED = refused(INTERNAL_SERVER_ERROR);

function unauthorized(challenge?: string): Decision {
  return refused(
    message(401, "Unauthorized", challenge === undefined ? {} : { "www-authenticate": challenge }),
  );
}

const invalidToken = (why: string) =>
  unauthorized(`Bearer scope="" error="invalid_token" error_description="${why}"`);

/** A simple response. */
function readAnswer(
  payload: string,
): { isAuthorized: boolean; context: Record<string, unknown> | null } | undefined {
  const answer = JSON.parse(payload);
  if (typeof answer?.isAuthorized !== "boolean") return undefined;
  const { isAuthorized, context } = answer;
  return { isAuthorized, context: typeof context === "object" ? context : null };
}
