/** The only key of an object that references a value in the artifact bucket. */
export const REFERENCE_KEY = "millrace:ref";

/**
 * Key prefix under a run's prefix in the bucket for values that Millrace itself stores there. They expire
 * with the run; files do not.
 */
export const PAYLOADS = "payload/";

/**
 * The tag of an object that expires with its run: keys begin with the workflow, so that a prefix cannot name
 * all of them.
 */
export const EXPIRES = { key: "millrace", value: "payload" } as const;

/** The address of a value that is too large to travel. */
export interface PayloadReference {
  [REFERENCE_KEY]: {
    /**
     * "s3://bucket/workflow/run/payload/…": JSON text. Absent in lists of results, to keep them short: it is
     * derived from the run and `sha256`.
     */
    uri?: string | undefined;
    bytes: number;
    /** Of the text, in hexadecimal. */
    sha256: string;
  };
}

/** Whether a value is a reference to an offloaded value. */
export function isReference(value: unknown): value is PayloadReference {
  return typeof value === "object" && value !== null && Object.hasOwn(value, REFERENCE_KEY);
}
