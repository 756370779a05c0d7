import { XMLParser } from "fast-xml-parser";
import { malformedXml } from "./errors.ts";

const NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";
const NAMED: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Control characters may be part of a key; S3 writes them as character references. */
const escapeXml = (text: string) =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  text.replace(/[&<>"\u0000-\u0008\u000b-\u001f]/g, (found) => NAMED[found] ?? `&#${found.charCodeAt(0)};`);

/** S3 repeats an element for each item of a list, without a parent element. */
function element(name: string, value: unknown): string {
  if (value === undefined) return "";
  if (Array.isArray(value)) return value.map((item) => element(name, item)).join("");
  if (value === null) return `<${name}/>`;
  if (value instanceof Date) return `<${name}>${value.toISOString()}</${name}>`;
  if (typeof value === "object") {
    const inner = Object.entries(value).map(([member, item]) => element(member, item));
    return `<${name}>${inner.join("")}</${name}>`;
  }
  return `<${name}>${escapeXml(String(value))}</${name}>`;
}

export function document(root: string, value: object | string): string {
  const inner =
    typeof value === "string"
      ? escapeXml(value)
      : Object.entries(value)
          .map(([member, item]) => element(member, item))
          .join("");
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="${NAMESPACE}">${inner}</${root}>`;
}

/** Errors carry no namespace. */
export const errorDocument = (value: object) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${element("Error", value)}`;

const LISTS = new Set([
  "Object",
  "Part",
  "Tag",
  "Rule",
  "Transition",
  "NoncurrentVersionTransition",
  "CloudFunctionConfiguration",
  "QueueConfiguration",
  "TopicConfiguration",
  "Event",
  "FilterRule",
]);
const parser = new XMLParser({
  ignoreAttributes: true,
  ignoreDeclaration: true,
  parseTagValue: false,
  trimValues: false,
  isArray: (name) => LISTS.has(name),
});

/**
 * The members of the root element: text, nested objects, and arrays for repeatable ones. Throws MalformedXML.
 */
export function parse(xml: Buffer, root: string): Record<string, any> {
  let parsed: Record<string, any>;
  try {
    parsed = parser.parse(xml.toString("utf8").trim(), true);
  } catch {
    throw malformedXml();
  }
  if (!(root in parsed)) throw malformedXml();
  const members = parsed[root];
  return typeof members === "object" ? withoutText(members) : {};
}

/**
 * The parser keeps white space between elements, since a key may consist of it; next to elements it is
 * ignored.
 */
function withoutText(value: any): any {
  if (Array.isArray(value)) return value.map(withoutText);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== "#text")
      .map(([name, item]) => [name, withoutText(item)]),
  );
}
