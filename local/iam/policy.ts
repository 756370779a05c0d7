import type { Access } from "../kernel/access.ts";
import { remembered } from "../kernel/remembered.ts";
import {
  type Conditions,
  type ConditionTest,
  compileConditions,
  type Outcome,
  unknownKeys,
  valueIn,
} from "./condition.ts";
import { hasVariables, resolveVariables } from "./variables.ts";
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

/** A compiled statement. */
export interface Rule {
  allows: boolean;
  action(name: string): boolean;
  resource(access: Access): boolean;
  principals: Statement["Principal"];
  /** Undefined for a statement without conditions. */
  conditions: ConditionTest | undefined;
  /** Keys of the conditions whose value the local cloud does not know. */
  unknownKeys: string[];
}

/** Apps access few distinct resources by few distinct actions, again and again. */
const MOST_REMEMBERED = 100;

/** Statements of a document, with their patterns compiled once. */
export function rulesOf(document: PolicyDocument): Rule[] {
  return [document.Statement].flat().map((statement) => ({
    allows: statement.Effect === "Allow",
    action: remembered(
      MOST_REMEMBERED,
      statement.NotAction ? not(matcher(statement.NotAction, "i")) : matcher(statement.Action ?? [], "i"),
    ),
    resource: resourceMatcher(statement),
    principals: statement.Principal,
    conditions: statement.Condition && compileConditions(statement.Condition),
    unknownKeys: unknownKeys(statement.Condition ?? {}),
  }));
}

/**
 * The decision of identity-based rules: a denial wins, and what no rule allows is denied. A statement that
 * depends on an unknown condition key allows nothing, and denies.
 */
export function judge(rules: Iterable<Rule>, access: Access): Verdict {
  let verdict: Verdict = "implicitly denied";
  for (const rule of rules) {
    if (!applies(rule, access)) continue;
    const outcome = outcomeOf(rule, access);
    if (outcome === "unmet" || (rule.allows && outcome === "unknown")) continue;
    if (!rule.allows) return "explicitly denied";
    verdict = "allowed";
  }
  return verdict;
}

/** The condition keys that the local cloud would need to know to authorize this access. */
export function missingKeys(rules: Iterable<Rule>, access: Access): string[] {
  const missing = [...rules]
    .filter((rule) => applies(rule, access) && outcomeOf(rule, access) === "unknown")
    .flatMap((rule) => rule.unknownKeys);
  return [...new Set(missing)];
}

const outcomeOf = ({ conditions }: Rule, access: Access): Outcome =>
  conditions ? conditions(access.context) : "met";

const applies = (rule: Rule, access: Access) => rule.action(access.action) && rule.resource(access);

/**
 * The rules of a resource's policy for this principal: an ARN, or a service such as "events.amazonaws.com".
 */
export function concerning(rules: Rule[], principal: string): Rule[] {
  const account = principal.split(":")[4] ?? "";
  return rules.filter(({ principals }) => {
    if (principals === undefined) return false;
    if (principals === "*") return true;
    const { AWS = [], Service = [] } = principals;
    if ([Service].flat().includes(principal)) return true;
    const named = [AWS].flat();
    return (
      named.includes("*") ||
      named.includes(principal) ||
      named.includes(account) ||
      named.includes(`arn:aws:iam::${account}:root`)
    );
  });
}

/**
 * Policy variables are resolved for each access; a Deny with an unresolved variable concerns every resource.
 */
function resourceMatcher({ Effect, Resource, NotResource }: Statement): Rule["resource"] {
  // The policy of a resource may leave its own name out.
  const patterns = [NotResource ?? Resource ?? "*"].flat();
  const concerns = (matches: (arn: string) => boolean, arn: string | undefined) =>
    arn === undefined || matches(arn) === (NotResource === undefined);
  if (!patterns.some(hasVariables)) {
    const matches = remembered(MOST_REMEMBERED, matcher(patterns));
    return ({ resource }) => concerns(matches, resource);
  }
  return ({ resource, context }) => {
    const resolved = resolveVariables(patterns, (key) => valueIn(context, key));
    return resolved ? concerns(matcher(resolved), resource) : Effect === "Deny";
  };
}

const not = (matches: (text: string) => boolean) => (text: string) => !matches(text);
