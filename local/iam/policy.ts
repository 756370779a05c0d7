import { remembered } from "../kernel/remembered.ts";
import {
  type Conditions,
  type ConditionTest,
  compileConditions,
  type Outcome,
  unknownKeys,
} from "./condition.ts";
import { hasVariables, type KeyValue, resolveVariables } from "./variables.ts";
import { matcher } from "./wildcard.ts";

/** A policy document as it is in templates. */
export interface PolicyDocument {
  Statement: Statement | Statement[];
}

export interface Statement {
  Effect: "Allow" | "Deny";
  Action?: string | string[];
  NotAction?: string | string[];
  Resource?: string | string[];
  NotResource?: string | string[];
  Principal?: "*" | Record<string, string | string[]>;
  Condition?: Conditions;
}

export type Verdict = "allowed" | "implicitly denied" | "explicitly denied";

/** What a policy decides about. */
interface AccessRequest {
  action: string;
  /** The ARN of the resource; undefined if the call does not name it. */
  resource: string | undefined;
  keyValue: KeyValue;
}

/** A compiled statement. */
interface Rule {
  allows: boolean;
  action(name: string): boolean;
  /** Whether the statement concerns a resource, or may do so, by its policy variables. */
  resource(arn: string | undefined): boolean;
  principals: Statement["Principal"];
  /** What depends on the request; undefined for a statement without conditions and policy variables. */
  outcome: ((request: AccessRequest) => Outcome) | undefined;
  /** Keys of the conditions whose value the local cloud does not know. */
  unknownKeys: string[];
}

/** Apps access few distinct resources by few distinct actions, again and again. */
const MOST_REMEMBERED = 100;

/** The statements of policies, compiled. Those for an action, a resource or a principal are searched once. */
export interface Rules {
  readonly size: number;
  /**
   * The decision of identity-based rules: a denial wins, and what no rule allows is denied. A statement that
   * depends on an unknown condition key allows nothing, and denies.
   */
  judge(request: AccessRequest): Verdict;
  /** The condition keys that the local cloud would need to know for the decision. */
  missingKeys(request: AccessRequest): string[];
  /** Those of a resource's policy for a principal: an ARN, or a service such as "events.amazonaws.com". */
  concerning(principal: string): Rules;
}

export function rulesOf(...documents: PolicyDocument[]): Rules {
  return index(documents.flatMap(({ Statement }) => [Statement].flat().map(compile)));
}

/** Most resources have no policy. */
const NO_RULES: Rules = {
  size: 0,
  judge: () => "implicitly denied",
  missingKeys: () => [],
  concerning: () => NO_RULES,
};

function index(rules: Rule[]): Rules {
  if (rules.length === 0) return NO_RULES;
  const byAction = remembered(MOST_REMEMBERED, (action) => {
    const some = rules.filter((rule) => rule.action(action));
    const on = remembered(MOST_REMEMBERED, (resource: string | undefined) =>
      some.filter((rule) => rule.resource(resource)),
    );
    return { on };
  });
  return {
    size: rules.length,
    judge(request) {
      let verdict: Verdict = "implicitly denied";
      for (const { allows, outcome } of byAction(request.action).on(request.resource)) {
        const met = outcome ? outcome(request) : "met";
        if (met === "unmet" || (allows && met === "unknown")) continue;
        if (!allows) return "explicitly denied";
        verdict = "allowed";
      }
      return verdict;
    },
    missingKeys(request) {
      const missing = byAction(request.action)
        .on(request.resource)
        .filter(({ outcome }) => outcome?.(request) === "unknown")
        .flatMap(({ unknownKeys }) => unknownKeys);
      return [...new Set(missing)];
    },
    concerning: remembered(MOST_REMEMBERED, (principal) =>
      index(rules.filter(({ principals }) => isNamed(principal, principals))),
    ),
  };
}

function compile(statement: Statement): Rule {
  const { Effect, Action = [], NotAction, Principal, Condition } = statement;
  return {
    allows: Effect === "Allow",
    action: NotAction ? not(matcher(NotAction, "i")) : matcher(Action, "i"),
    ...compileResource(statement, Condition && compileConditions(Condition)),
    principals: Principal,
    unknownKeys: unknownKeys(Condition ?? {}),
  };
}

/**
 * Policy variables are resolved for each access; a Deny with an unresolved variable concerns every resource.
 */
function compileResource(
  { Effect, Resource, NotResource }: Statement,
  conditions: ConditionTest | undefined,
): Pick<Rule, "resource" | "outcome"> {
  // The policy of a resource may leave its own name out.
  const patterns = [NotResource ?? Resource ?? "*"].flat();
  const concerns = (some: string[]) => {
    const matches = matcher(some);
    return (arn: string | undefined) => arn === undefined || matches(arn) === (NotResource === undefined);
  };
  if (!patterns.some(hasVariables)) {
    return { resource: concerns(patterns), outcome: conditions && (({ keyValue }) => conditions(keyValue)) };
  }
  return {
    resource: () => true,
    outcome({ resource, keyValue }) {
      const resolved = resolveVariables(patterns, keyValue);
      const isConcerned = resolved ? concerns(resolved)(resource) : Effect === "Deny";
      return isConcerned ? (conditions?.(keyValue) ?? "met") : "unmet";
    },
  };
}

function isNamed(principal: string, principals: Statement["Principal"]): boolean {
  if (principals === undefined) return false;
  if (principals === "*") return true;
  const { AWS = [], Service = [] } = principals;
  if ([Service].flat().includes(principal)) return true;
  const account = principal.split(":")[4] ?? "";
  const named = [AWS].flat();
  return (
    named.includes("*") ||
    named.includes(principal) ||
    named.includes(account) ||
    named.includes(`arn:aws:iam::${account}:root`)
  );
}

const not = (matches: (text: string) => boolean) => (text: string) => !matches(text);
