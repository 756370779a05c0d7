/**
 * The approximate number of tokens of a text: models use one token for four characters of English. Only for
 * estimates.
 */
export function tokensIn(text: string): number {
  return Math.ceil(text.length / 4);
}
