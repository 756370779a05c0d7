const DELIMITERS: Record<string, string> = { COMMA: ",", PIPE: "|", SEMICOLON: ";", SPACE: " ", TAB: "\t" };

/** The rows of a CSV text (RFC 4180); lines without any character are no rows. */
export function parseCsv(text: string, delimiter: string): string[][] {
  const separator = DELIMITERS[delimiter] ?? ",";
  const rows: string[][] = [];
  let row: string[] = [];
  let field = "";
  let quoted = false;
  const endRow = () => {
    if (row.length > 0 || field !== "") rows.push([...row, field]);
    row = [];
    field = "";
  };
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (quoted) {
      if (character !== '"') field += character;
      else if (text[at + 1] === '"') field += text[at++];
      else quoted = false;
    } else if (character === '"' && field === "") {
      quoted = true;
    } else if (character === separator) {
      row.push(field);
      field = "";
    } else if (character === "\n") {
      endRow();
    } else if (character !== "\r") {
      field += character;
    }
  }
  endRow();
  return rows;
}
