/** The only key of an object that references a value in the artifact bucket. */
export const REFERENCE_KEY = "millrace:ref";

/** Keys of a run's part of the bucket for values that Millrace itself stores there. They expire with the run; files do not. */
export const PAYLOADS = "payload/";

/** The tag of an object that expires with its run: keys begin with the workflow, so that a prefix cannot name them all. */
export const EXPIRES = { key: "millrace", value: "payload" } as const;

/** Where a value lies that is too large to travel. */
export interface PayloadReference {
  [REFERENCE_KEY]: {
    /** "s3://bucket/workflow/run/payload/…": JSON text. Absent in lists of results, which stay short: it follows from the run and `sha256`. */
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
