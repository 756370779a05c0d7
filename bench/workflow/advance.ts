/** What every step does. */
export function advance({ hop }: { hop: number }): { hop: number; startedAt: number } {
  return { hop: hop + 1, startedAt: Date.now() };
}
