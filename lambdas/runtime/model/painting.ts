/** A picture that a model painted. */
export interface Painting {
  /** A file, in whichever format the model has: PNG, JPEG or WebP. */
  picture: Uint8Array;
  /** Which model painted it: "bedrock:amazon.nova-canvas-v1:0"; "embedded" for the embedded one. */
  by: string;
  /** US dollars. */
  usd: number;
}
