const FIRST_SEQUENCE_NUMBER = 10n ** 20n;

/** The public form of a sequence number: at least 21 digits. */
export function writeSequence(sequence: number): string {
  // As FIRST_SEQUENCE_NUMBER + sequence, but without big numbers, which take longer.
  return `1${String(sequence).padStart(20, "0")}`;
}

export function readSequence(text: string): number {
  return Number(BigInt(text) - FIRST_SEQUENCE_NUMBER);
}
