/**
 * What can be copied about a run, by name. `millrace`: how the user calls the command line. The token is a variable in it: a copied command is often shared.
 */
export function copiesOf(run: string, address: string, millrace: string): { name: string; text: string }[] {
  return [
    { name: "id", text: run },
    { name: "as CLI", text: `${millrace} log ${quoted(run)}` },
    { name: "as curl", text: `curl -H "Authorization: Bearer $MILLRACE_TOKEN" ${quoted(address)}` },
  ];
}

/** A word, quoted for a shell. */
function quoted(word: string): string {
  return /^[\w./:@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
