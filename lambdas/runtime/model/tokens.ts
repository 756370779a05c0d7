/** How many tokens a text has, about: models take four characters of English for one. Only for estimates. */
export function tokensIn(text: string): number {
  return Math.ceil(text.length / 4);
}
