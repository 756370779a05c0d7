/** What is copied of a run, by name. The token is left to a variable: a copied command is often passed on. */
export function copiesOf(run: string, address: string): { name: string; text: string }[] {
  return [
    { name: "id", text: run },
    { name: "as CLI", text: `npm run millrace -- log ${quoted(run)}` },
    { name: "as curl", text: `curl -H "Authorization: Bearer $MILLRACE_TOKEN" ${quoted(address)}` },
  ];
}

/** A word as a shell takes it. */
function quoted(word: string): string {
  return /^[\w./:@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
