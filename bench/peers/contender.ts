/** One system that can run six trivial steps in a row, each of them kept before the next begins. */
export interface Contender {
  /** What has to be on disk, and when, in one sentence. */
  readonly durability: string;
  /** Begins the run with this id; resolves when its end is known. */
  run(id: string): Promise<void>;
  /** Ends what was started. */
  stop(): Promise<void>;
}

/** Starts a contender with its data in `folder`, on the loopback address only. */
export type StartContender = (folder: string) => Promise<Contender>;

/** What each step does: the same in all systems. */
export const advance = ({ hop }: { hop: number }) => ({ hop: hop + 1, startedAt: Date.now() });

export const STEPS = ["hop-one", "hop-two", "hop-three", "hop-four", "hop-five", "hop-six"] as const;
