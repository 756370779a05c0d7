/**
 * What a request's body says: a form's fields, or JSON. Text that is neither stays text, which no contract takes, so
 * that it is found in quarantine.
 */
export function readPayload(body: Buffer, contentType = ""): unknown {
  const text = body.toString("utf8");
  if (contentType.toLowerCase().startsWith("application/x-www-form-urlencoded")) {
    return Object.fromEntries(new URLSearchParams(text));
  }
  return jsonOrText(text);
}

/** A message's or a request's text as JSON, or as it is. */
export function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
