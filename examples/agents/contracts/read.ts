import * as z from "zod";
import { definePrompt } from "../../../lambdas/runtime/model/index.ts";
import type { TakeTurn } from "../turn.ts";

/** The figures of a clause. Missing figures are omitted. */
export const Reading = z.object({
  text: z.string(),
  days: z.number().optional(),
  percent: z.number().optional(),
  amount: z.number().optional(),
  /** A place outside of the European Economic Area. */
  abroad: z.boolean(),
  /** A negation: "shall not be liable", "without consent". */
  excludes: z.boolean(),
  /** The customer, which is us, owes an indemnity. */
  weOwe: z.boolean(),
});
export type Reading = z.infer<typeof Reading>;

const Question = z.object({ heading: z.string(), before: z.string(), after: z.string() });
type Question = z.infer<typeof Question>;

export const Readings = z.object({ topic: z.string(), before: Reading, after: Reading });

export const readClause = definePrompt("read-clause", {
  instructions:
    "You read two versions of a clause, and say what it is about, in one word of: payment, notice, renewal, price, liability, location, subprocessors, incident, law, confidentiality, audit, indemnity, exclusivity, insurance, availability, other. Times are given in days, money in the contract's currency. A liability of twelve months' fees is 100 percent.",
  ask: ({ heading, before, after }: Question) =>
    `${heading}\n\nBefore: ${before || "(nothing)"}\n\nAfter: ${after || "(removed)"}`,
  answer: Readings,
  outputTokens: 600,
  byRule: readByRule,
});

export function readByRule({ heading, before, after }: Question): z.infer<typeof Readings> {
  return { topic: topicOf(heading, after || before), before: read(before), after: read(after) };
}

/** The agent "clause-reader". */
export const readClauses: TakeTurn = async ({ payload }, _said, { ask }) => {
  const readings = await ask(readClause, Question.parse(payload));
  return {
    kind: "answer",
    claims: [{ about: "topic", value: readings.topic, confidence: readings.topic === "other" ? 0.5 : 0.9 }],
    evidence: [{ source: "clause", text: JSON.stringify(readings).slice(0, 1_000) }],
    text: JSON.stringify(readings),
  };
};

/** The topic of a clause: the first one in its heading or, failing that, in its text. */
const TOPICS: readonly (readonly [string, RegExp])[] = [
  ["subprocessors", /sub-?(?:processor|contractor)/i],
  ["incident", /incident|data breach|breach of (?:personal )?data|security event/i],
  ["indemnity", /indemnif|indemnit|hold harmless/i],
  ["liability", /liab/i],
  [
    "location",
    /(?:data|hosting|processing).*(?:locat|region|cent(?:re|er)|stored|within|transfer)|data residency/i,
  ],
  ["confidentiality", /confiden|secre/i],
  ["audit", /\baudit/i],
  ["insurance", /insur/i],
  ["availability", /availab|uptime|service level/i],
  ["renewal", /renew|prolong/i],
  ["notice", /terminat|notice period|cancel/i],
  ["price", /price|fees? (?:may|can|rise|increase)|indexation|increase/i],
  ["payment", /pay|invoice/i],
  ["law", /governing|jurisdiction|courts? of|applicable law/i],
  ["exclusivity", /exclusiv/i],
];

function topicOf(heading: string, text: string): string {
  const found = (where: string) => TOPICS.find(([, sign]) => sign.test(where))?.[0];
  return found(heading) ?? found(text) ?? "other";
}

const NUMBERS: Record<string, number> = Object.fromEntries(
  "zero one two three four five six seven eight nine ten eleven twelve"
    .split(" ")
    .map((word, at) => [word, at]),
);
const DAYS = { hour: 1 / 24, day: 1, week: 7, month: 30.4, quarter: 91, year: 365 } as const;
const ABROAD =
  /\b(?:United States|USA|U\.S\.|Delaware|New York|California|India|China|Singapore|Brazil|any country|worldwide|anywhere|outside (?:of )?the (?:EU|EEA|European)|third countries)\b/i;
const EXCLUDES =
  /\b(?:not be liable|no liability|excludes? (?:all|any) liability|without (?:prior |our |the customer's )*(?:consent|notice|approval)|at its (?:sole )?discretion|waives?|no right|may not audit|not entitled)\b/i;
const WE_OWE = /\bcustomer (?:shall |will |agrees to |must )*(?:indemnif|hold)/i;

export function read(text: string): Reading {
  const words = text.toLowerCase();
  const time =
    /(\d+(?:\.\d+)?|zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)(?:\s*\(\d+\))?[\s-]+(?:business |working |calendar )?(hour|day|week|month|quarter|year)s?/.exec(
      words,
    );
  const percent = /(\d+(?:[.,]\d+)?)\s*(?:%|percent|per cent)/.exec(words);
  const amount =
    /(\d+(?:[.,]\d+)*)\s*(million|thousand)?\s*(?:euros?|eur|€|dollars?)|(?:eur|€|\$)\s*(\d+(?:[.,]\d+)*)\s*(million|thousand)?/.exec(
      words,
    );
  const months = /(\d+|six|twelve|three|one) months'? (?:of )?fees/.exec(words);
  return {
    text,
    days: time ? numberOf(time[1]!) * DAYS[time[2] as keyof typeof DAYS] : undefined,
    percent: months
      ? (numberOf(months[1]!) / 12) * 100
      : percent
        ? numberOf(percent[1]!.replace(",", "."))
        : undefined,
    amount: amount
      ? numberOf((amount[1] ?? amount[3])!.replaceAll(",", "")) * SCALE[amount[2] ?? amount[4] ?? ""]!
      : undefined,
    abroad: ABROAD.test(text),
    excludes: EXCLUDES.test(text),
    weOwe: WE_OWE.test(text),
  };
}

const SCALE: Record<string, number> = { "": 1, thousand: 1_000, million: 1_000_000 };

function numberOf(text: string): number {
  return NUMBERS[text] ?? Number(text);
}
