const ESCAPES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\r": "&#13;",
};
// Characters that XML 1.0 cannot hold in any spelling.
const FORBIDDEN = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

export const xmlDocument = (root: string) => `<?xml version="1.0" encoding="UTF-8"?>\n${root}`;

/**
 * A value as an element: objects as nested elements, lists as `<member>`s, maps as `<entry>`s; undefined
 * members are left out.
 */
export function element(name: string, value: unknown): string {
  if (value === undefined || value === null) return "";
  if (Array.isArray(value))
    return `<${name}>${value.map((item) => element("member", item)).join("")}</${name}>`;
  if (value instanceof Map) {
    const entries = [...value].map(([key, item]) => element("entry", { key, value: item }));
    return `<${name}>${entries.join("")}</${name}>`;
  }
  if (typeof value === "object") {
    const inner = Object.entries(value).map(([member, item]) => element(member, item));
    return `<${name}>${inner.join("")}</${name}>`;
  }
  return `<${name}>${escapeXml(String(value))}</${name}>`;
}

function escapeXml(text: string): string {
  return text.replace(FORBIDDEN, "\uFFFD").replace(/[&<>"\r]/g, (character) => ESCAPES[character]!);
}
