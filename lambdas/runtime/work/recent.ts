/** Milliseconds for which an answer is recent: what operators do takes effect within this time. */
const RECENT = 1_000;

/** Whether what was read at a time still counts. A clock that was set back must not extend its life. */
export function isRecent(readAt: number, now: number): boolean {
  const age = now - readAt;
  return age >= 0 && age < RECENT;
}
