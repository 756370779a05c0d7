/** An image that a model created. */
export interface Painting {
  /** A file, in the model's format: PNG, JPEG or WebP. */
  picture: Uint8Array;
  /** The model that created it: "bedrock:amazon.nova-canvas-v1:0"; "embedded" for the embedded one. */
  by: string;
  /** US dollars. */
  usd: number;
}
