import type { Reading } from "./read.ts";

export const VERDICTS = ["ok", "review", "breach"] as const;
export type Verdict = (typeof VERDICTS)[number];

/** A rule of the company for contracts with suppliers. */
export interface Rule {
  id: string;
  /** A description for people. */
  says: string;
  /** The consequence of a change, from the facts of the clause before and after. */
  judge: (before: Reading, after: Reading) => Verdict;
}

const least = (least: number, unit: keyof Reading) => (_before: Reading, after: Reading) =>
  figure(after, unit) < least ? "breach" : "ok";
const most = (most: number, unit: keyof Reading) => (_before: Reading, after: Reading) =>
  figure(after, unit) > most ? "breach" : "ok";
const figure = (reading: Reading, unit: keyof Reading) => Number(reading[unit] ?? Number.NaN);

/**
 * Rules by the topic of a clause, as `read-clause` names it. A topic without a rule does not matter for
 * compliance.
 */
export const RULES: Readonly<Record<string, Rule>> = {
  payment: {
    id: "payment-term",
    says: "We have at least 14 days to pay.",
    judge: least(14, "days"),
  },
  notice: {
    id: "notice-period",
    says: "We can leave with at most 90 days' notice.",
    judge: most(90, "days"),
  },
  renewal: {
    id: "renewal",
    says: "A contract renews itself by 12 months at most.",
    judge: most(366, "days"),
  },
  price: {
    id: "price-increase",
    says: "Prices rise by at most 5 percent a year.",
    judge: most(5, "percent"),
  },
  liability: {
    id: "liability",
    says: "The supplier is liable up to a year's fees at least; every change of liability is looked at by a lawyer.",
    judge: (_before, after) =>
      after.text === "" || after.excludes || figure(after, "percent") < 100 ? "breach" : "review",
  },
  location: {
    id: "data-location",
    says: "Personal data stays within the European Economic Area.",
    judge: (_before, after) => (after.abroad ? "breach" : "ok"),
  },
  subprocessors: {
    id: "subprocessors",
    says: "Sub-processors need our consent before they begin.",
    judge: (_before, after) => (after.excludes || after.text === "" ? "breach" : "ok"),
  },
  incident: {
    id: "incident-report",
    says: "We hear of a breach of data within 72 hours.",
    judge: most(3, "days"),
  },
  law: {
    id: "governing-law",
    says: "Law and courts are those of a member state; every change is looked at by a lawyer.",
    judge: (_before, after) => (after.abroad ? "breach" : "review"),
  },
  confidentiality: {
    id: "confidentiality",
    says: "Secrets are kept for 3 years after the end at least.",
    judge: (before, after) => (after.text === "" ? "breach" : least(3 * 365, "days")(before, after)),
  },
  audit: {
    id: "audit-right",
    says: "We may audit the supplier once a year.",
    judge: (_before, after) => (after.text === "" || after.excludes ? "breach" : "ok"),
  },
  indemnity: {
    id: "indemnity",
    says: "We accept no indemnification; a lawyer reviews other changes of indemnities.",
    judge: (_before, after) => (after.weOwe ? "breach" : "review"),
  },
  exclusivity: {
    id: "exclusivity",
    says: "Exclusivity is looked at by a lawyer.",
    judge: (_before, after) => (after.text === "" ? "ok" : "review"),
  },
  insurance: {
    id: "insurance",
    says: "The supplier is insured for 2 million at least.",
    judge: least(2_000_000, "amount"),
  },
  availability: {
    id: "availability",
    says: "The service is there for 99.5 percent of a month at least.",
    judge: least(99.5, "percent"),
  },
};
