import { rulesOf } from "../../iam/policy.ts";
import { ServiceError } from "../../kernel/errors.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { authorizerEvent } from "../event.ts";
import type { Authorized, Exchange } from "../exchange.ts";
import { invoke } from "../integrations/call.ts";
import type { Log } from "../integrations/log.ts";
import { INTERNAL_SERVER_ERROR, message, type Response } from "../response.ts";
import { requestLookup, select } from "../selection.ts";
import { judgeToken, readToken } from "./jwt.ts";
import { Keys } from "./keys.ts";
import type { Authorizer, FunctionAuthorizer, JwtAuthorizer } from "./parse.ts";

/** The caller, or the error response. */
export type Decision = { kind: "authorized"; as: Authorized } | { kind: "refused"; response: Response };

/** A function's response, which decides on each request. */
interface Answer {
  allows(routeArn: string): boolean;
  context: Record<string, unknown> | null;
}

interface Kept {
  until: number;
  answer: Answer;
}

const MOST_KEPT = 1000;

/** Calls authorizers, and caches the responses of functions for as long as they allow. */
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
    switch (authorizer.kind) {
      case "jwt":
        return this.byToken(authorizer, exchange, scopes);
      case "function":
        return this.byFunction(id, authorizer, exchange);
      case "iam":
        return this.bySignature(exchange);
    }
  }

  private async bySignature(exchange: Exchange): Promise<Decision> {
    const { signer, requestId, accountId } = exchange;
    if (!signer) return FORBIDDEN;
    try {
      const input = { Resource: this.routeArn(exchange) };
      this.kernel.authorizer?.({ caller: signer.arn, requestId }, "execute-api", "Invoke", input);
    } catch (error) {
      if (error instanceof ServiceError) return FORBIDDEN;
      throw error;
    }
    const { accessKey, arn } = signer;
    return { kind: "authorized", as: { iam: { accessKey, accountId, userArn: arn } } };
  }

  private routeArn({ apiId, stage, method, path }: Exchange): string {
    return this.kernel.arn("execute-api", `${apiId}/${stage}/${method}${path}`);
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
    const answer =
      kept && kept.until > exchange.time
        ? kept.answer
        : await this.ask(id, authorizer, exchange, identity as string[]);
    if (!answer) return refused(INTERNAL_SERVER_ERROR);
    if (authorizer.timeToLive > 0 && answer !== kept?.answer) {
      this.keep(place, { until: exchange.time + authorizer.timeToLive, answer });
    }
    if (!answer.allows(this.routeArn(exchange))) return FORBIDDEN;
    return { kind: "authorized", as: { lambda: answer.context } };
  }

  private async ask(
    id: string,
    authorizer: FunctionAuthorizer,
    exchange: Exchange,
    identity: string[],
  ): Promise<Answer | undefined> {
    const event = authorizerEvent(exchange, this.routeArn(exchange), identity);
    const { arn, role } = authorizer;
    const sourceArn = this.kernel.arn("execute-api", `${exchange.apiId}/authorizers/${id}`);
    const invoked = await invoke(this.kernel, { arn, role, sourceArn }, event);
    const read = authorizer.simple ? readDecision : readPolicy;
    const answer = invoked.kind === "answer" ? read(invoked.payload) : undefined;
    if (!answer) {
      const why =
        invoked.kind === "answer"
          ? `it answered ${invoked.payload}`
          : invoked.kind === "failure"
            ? invoked.why
            : "it is throttled";
      this.log(
        `apigateway: ${exchange.routeKey} of ${exchange.apiId}: the authorizer ${authorizer.arn} gave no decision: ${why}`,
      );
    }
    return answer;
  }

  private keep(place: string, kept: Kept): void {
    const oldest = this.kept.size >= MOST_KEPT ? this.kept.keys().next().value : undefined;
    if (oldest !== undefined) this.kept.delete(oldest);
    this.kept.set(place, kept);
  }
}

const refused = (response: Response): Decision => ({ kind: "refused", response });
const FORBIDDEN = refused(message(403, "Forbidden"));

function unauthorized(challenge?: string): Decision {
  return refused(
    message(401, "Unauthorized", challenge === undefined ? {} : { "www-authenticate": challenge }),
  );
}

const invalidToken = (why: string) =>
  unauthorized(`Bearer scope="" error="invalid_token" error_description="${why}"`);

/** A simple response: yes or no. */
function readDecision(payload: string): Answer | undefined {
  const answer = JSON.parse(payload);
  if (typeof answer?.isAuthorized !== "boolean") return undefined;
  return { allows: () => answer.isAuthorized, context: contextOf(answer) };
}

/** A policy, which may cover other routes as well. */
function readPolicy(payload: string): Answer | undefined {
  const answer = JSON.parse(payload);
  if (typeof answer?.principalId !== "string" || !answer.policyDocument?.Statement) return undefined;
  const rules = rulesOf(answer.policyDocument);
  const allows = (resource: string) =>
    rules.judge({ action: "execute-api:Invoke", resource, keyValue: () => undefined }) === "allowed";
  return { allows, context: contextOf(answer) };
}

const contextOf = ({ context }: { context?: unknown }) =>
  typeof context === "object" ? (context as Record<string, unknown> | null) : null;
