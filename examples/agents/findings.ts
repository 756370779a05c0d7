import type { Finding, Opinion } from "./protocol.ts";

/** The agents' findings: one for each thing about which any of them makes a claim. */
export function findingsOf(answered: readonly Opinion[]): Finding[] {
  return [...byTopic(answered)].map(([about, said]) => findingOf(about, said)).sort(byName);
}

interface Said {
  value: string;
  /** The claim's confidence, weighted by its author's past success. */
  weight: number;
}

function byTopic(answered: readonly Opinion[]): Map<string, Said[]> {
  const topics = new Map<string, Said[]>();
  for (const { claims, trust } of answered)
    for (const { about, value, confidence } of claims) {
      const said = { value: value.trim(), weight: confidence * (0.5 + trust / 2) };
      topics.set(about, [...(topics.get(about) ?? []), said]);
    }
  return topics;
}

/**
 * Independent opinions for one value add up as probabilities do: two of 0.6 make 0.84. The weight of the
 * strongest other value is subtracted.
 */
function findingOf(about: string, said: readonly Said[]): Finding {
  const values = [...new Set(said.map(({ value }) => value))];
  const support = (value: string) =>
    1 - said.filter((one) => one.value === value).reduce((doubt, { weight }) => doubt * (1 - weight), 1);
  const [best, ...others] = values
    .map((value) => ({ value, support: support(value) }))
    .sort((a, b) => b.support - a.support || (a.value < b.value ? -1 : 1));
  return {
    about,
    value: best!.value,
    confidence: best!.support * (1 - (others[0]?.support ?? 0)),
    against: others.map(({ value }) => value),
  };
}

function byName(a: Finding, b: Finding): number {
  return a.about < b.about ? -1 : 1;
}
