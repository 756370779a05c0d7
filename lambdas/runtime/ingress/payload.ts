/**
 * The content of a request's body: JSON, or a form's fields. JSON is JSON whatever the content type says, which no
 * signature covers: an attacker who captured a request could otherwise have a text in it read as fields. Other text
 * stays text, which no contract accepts, so that it is quarantined.
 */
export function readPayload(body: Buffer, contentType = ""): unknown {
  const text = body.toString("utf8");
  const payload = jsonOrText(text);
  return payload === text && contentType.toLowerCase().startsWith("application/x-www-form-urlencoded")
    ? Object.fromEntries(new URLSearchParams(text))
    : payload;
}

/** A message's or a request's text as JSON, or unchanged. */
export function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
