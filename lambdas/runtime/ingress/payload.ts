/**
 * The content of a request's body: a form's fields, or JSON. Other text stays text, which no contract
 * accepts, so that it is quarantined.
 */
export function readPayload(body: Buffer, contentType = ""): unknown {
  const text = body.toString("utf8");
  if (contentType.toLowerCase().startsWith("application/x-www-form-urlencoded")) {
    return Object.fromEntries(new URLSearchParams(text));
  }
  return jsonOrText(text);
}

/** A message's or a request's text as JSON, or unchanged. */
export function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
