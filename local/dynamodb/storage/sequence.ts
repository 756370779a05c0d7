const FIRST_SEQUENCE_NUMBER = 10n ** 20n;

/** The public form of a sequence number: at least 21 digits. */
export function writeSequence(sequence: number): string {
  return String(FIRST_SEQUENCE_NUMBER + BigInt(sequence));
}

export function readSequence(text: string): number {
  return Number(BigInt(text) - FIRST_SEQUENCE_NUMBER);
}
