/** Why each write of a transaction was refused, or `None`; undefined for another error. */
export function codesOf(error: unknown): string[] | undefined {
  const { name, CancellationReasons = [] } = error as Error & { CancellationReasons?: { Code?: string }[] };
  return name === "TransactionCanceledException"
    ? CancellationReasons.map(({ Code }) => Code ?? "")
    : undefined;
}
