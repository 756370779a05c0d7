/** How many people decide an approval. */
export interface Quorum {
  /** Approvals by different people that approve it. */
  readonly approvals: number;
  /** Rejections by different people that reject it. With 1, any no ends it. */
  readonly rejections: number;
}

/** One person's decision, where several decide. */
export interface Vote {
  by: string;
  approved: boolean;
  note?: string | undefined;
  /** ISO time. */
  at: string;
  /** In whose place, where that person has delegated the decision. */
  instead?: string | undefined;
}

/** Someone names another who may decide in their place. */
export interface Delegation {
  from: string;
  to: string;
  note?: string | undefined;
  /** ISO time. */
  at: string;
}

/** Who decides a question, and how far that is. */
export interface Votes {
  /** Absent where the first answer decides. */
  quorum?: Quorum | undefined;
  /** Who may not decide: who requested it, and who started the run. */
  notBy?: string[] | undefined;
  votes?: Vote[] | undefined;
  delegations?: Delegation[] | undefined;
}

/** The name of everyone who signs in by the deployment's own token, which says nothing of the person. */
export const TOKEN_HOLDER = "token";

/** "1 of 2 approved, by ann; 1 of 3 rejected, by bob": undefined where the first answer decides. */
export function describeVotes({ quorum, votes = [] }: Votes): string | undefined {
  if (!quorum) return undefined;
  const side = (approved: boolean, most: number, what: string) => {
    const cast = votes.filter((vote) => vote.approved === approved);
    const names = cast.map(({ by, instead }) => (instead === undefined ? by : `${by} for ${instead}`));
    return `${cast.length} of ${most} ${what}${names.length > 0 ? `, by ${names.join(" and ")}` : ""}`;
  };
  const rejected = votes.some(({ approved }) => !approved);
  return [
    side(true, quorum.approvals, "approved"),
    ...(rejected ? [side(false, quorum.rejections, "rejected")] : []),
  ].join("; ");
}

/** Whether a name of a person is the one that a workflow has: a sign-in by an issuer is "e-mail (subject)". */
export function isPerson(signedIn: string, named: string): boolean {
  return signedIn === named || signedIn.startsWith(`${named} (`) || signedIn.endsWith(` (${named})`);
}
