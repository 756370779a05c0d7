import * as z from "zod";
import { definePrompt } from "../../../lambdas/runtime/model/index.ts";
import type { TakeTurn } from "../turn.ts";
import { type User, userOf } from "./user.ts";

const Risk = z.object({
  risk: z.enum(["clear", "check"]),
  confidence: z.number().min(0).max(1),
  because: z.string().max(500),
});

export const rateRisk = definePrompt("rate-risk", {
  instructions:
    "You say whether a person should look at a new user before the shop can take money. check: a mailbox that is thrown away, a country under embargo, a large company with a private mail address, a business that is not allowed. clear: all else.",
  ask: (user: User) => JSON.stringify(user),
  answer: Risk,
  outputTokens: 150,
  byRule: rate,
});

/** The agent "risk-checker". It waits for the confirmation of the mail address before it answers. */
export const checkRisk: TakeTurn = async ({ payload }, said, { ask }) => {
  const user = userOf(payload);
  const waited = said.find(({ move }) => move.kind === "wait");
  if (!user.confirmed && !waited)
    return { kind: "wait", key: `mail:${user.userId}`, why: "The mail address is not confirmed yet." };
  if (waited?.replies.some(({ kind }) => kind === "nothing"))
    return answer("check", 0.8, "The mail address was never confirmed.");
  const { risk, confidence, because } = await ask(rateRisk, user);
  return answer(risk, confidence, because);
};

function answer(value: string, confidence: number, text: string) {
  return {
    kind: "answer" as const,
    claims: [{ about: "risk", value, confidence }],
    evidence: [{ source: "user", text }],
    text: "",
  };
}

const THROWN_AWAY = /@(?:mailinator|tempmail|10minutemail|guerrillamail|trashmail)\./i;
const PRIVATE = /@(?:gmail|outlook|hotmail|yahoo|gmx|web|icloud)\./i;
const EMBARGO = new Set(["KP", "IR", "SY"]);
const FORBIDDEN = /\b(?:weapons?|firearms|gambling|casino|crypto|tobacco|pharmac)/i;

function rate({ mail, country, team, plan, company, note }: User): z.infer<typeof Risk> {
  const reasons = [
    THROWN_AWAY.test(mail) && "a mailbox that is thrown away",
    EMBARGO.has(country.toUpperCase()) && `${country} is under embargo`,
    PRIVATE.test(mail) &&
      (team >= 20 || plan === "business") &&
      "a large company with a private mail address",
    FORBIDDEN.test(`${company} ${note}`) && "a business that needs a permit",
  ].filter((reason) => reason !== false);
  return reasons.length > 0
    ? { risk: "check", confidence: 0.9, because: reasons.join(", ") }
    : { risk: "clear", confidence: 0.85, because: "nothing speaks against it" };
}
