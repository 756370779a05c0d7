/** The whole course of a run, in milliseconds since it was accepted; pages request a prefix of it. */
export interface Story {
  steps: StepPart[];
  waits: { path: string; for: string; from: number; to?: number }[];
  question?: { path: string; at: number; decidedAt?: number; approved?: boolean; by?: string; note?: string };
  ends: number;
}

export interface StepPart {
  path: string;
  step: string;
  direction: "do" | "undo";
  queued: number;
  tries: { from: number; to?: number; failure?: { name: string; message: string } }[];
  result?: unknown;
  costUsd?: number;
  given?: number;
}

/** A step that succeeds at once; its path ends with its name. */
export function step(path: string, queued: number, wait: number, took: number, result?: unknown): StepPart {
  return {
    path,
    step: path.split("/").at(-1)!,
    direction: "do",
    queued,
    tries: [{ from: queued + wait, to: queued + wait + took }],
    ...(result !== undefined && { result }),
  };
}

export function endOf({ tries }: StepPart): number {
  return tries.at(-1)!.to ?? tries.at(-1)!.from;
}

export function open(part: StepPart): StepPart {
  const { to: _, ...last } = part.tries.at(-1)!;
  return { ...part, result: undefined, tries: [...part.tries.slice(0, -1), last] };
}

export function unbegun(part: StepPart): StepPart {
  return { ...part, result: undefined, tries: [] };
}
