/** An attribute of the API: JSON text for a structure. */
export const text = (value: unknown): string =>
  typeof value === "object" ? JSON.stringify(value) : String(value);

/** Attributes of the API are texts. */
export const texts = (attributes: object): Record<string, string> =>
  Object.fromEntries(
    Object.entries(attributes).flatMap(([name, value]) => (value === undefined ? [] : [[name, text(value)]])),
  );
