/** Pixels of a picture. */
export const WIDTH = 960;
export const HEIGHT = 540;

/** Breaks a text into lines of at most `length` characters, between words. */
export function wrap(text: string, length: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`;
    if (lines.length === 0 || longer.length > length) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

/** Text escaped for SVG, XML and HTML. Characters that are not valid in XML are left out. */
export function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, "")
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A picture, given as a file, that fills the whole; the excess is cropped. */
export function fillWith(file: Uint8Array, type: string): string {
  const address = `data:${type};base64,${Buffer.from(file).toString("base64")}`;
  return `<image width="${WIDTH}" height="${HEIGHT}" preserveAspectRatio="xMidYMid slice" href="${address}"/>`;
}
