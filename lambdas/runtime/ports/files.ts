/** Files of a run: values that are too large for an event. */
export interface Artifacts {
  /** Stores a file and answers its URI, "s3://bucket/key". The same key again overwrites. */
  put(key: string, body: Uint8Array | string, contentType: string): Promise<string>;
  /** Reads a file by its URI or key. */
  get(uriOrKey: string): Promise<Uint8Array>;
  /** The URI of a key. */
  uri(key: string): string;
}

/** A folder of files that runs of all workflows share. */
export interface SharedFiles {
  /** The URI of a key, "s3://bucket/key". */
  uri(key: string): string;
  /** The current file; undefined if there is none. */
  read(key: string): Promise<SharedFile | undefined>;
  /**
   * Writes a file: with `over` only over that version, and with null only if there is none. Answers false,
   * and writes nothing, if that is not so.
   */
  write(
    key: string,
    body: Uint8Array | string,
    contentType: string,
    over?: SharedFile["version"] | null,
  ): Promise<boolean>;
  /** Removes a file. Does nothing if there is none. */
  remove(key: string): Promise<void>;
}

export interface SharedFile {
  body: Uint8Array;
  /** Different for any other content. */
  version: string;
}
