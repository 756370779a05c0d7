/** What a definition leaves to each run: the length of a list, the rounds of a loop, or the branch of a choice. */
export type OpenPoint = OpenItems | OpenRounds | OpenWay;

/** How many items a list has. */
export interface OpenItems {
  readonly kind: "items";
  readonly name: string;
  /** The maximum number of items. */
  readonly most: number;
  /** The state that iterates the items: of the whole list, or of one part. */
  readonly state: string;
  /** Of a list that is processed in parts. */
  readonly parts?: {
    /** The state that iterates the parts. */
    readonly state: string;
    /** The maximum number of items of a part. */
    readonly size: number;
    /** The Choice whose first rule skips the parts of an empty list. */
    readonly unlessEmpty: string;
  };
}

/** How many rounds a loop has. */
export interface OpenRounds {
  readonly kind: "rounds";
  readonly name: string;
  /** The maximum number of rounds. */
  readonly most: number;
  /** The Choice whose first rule ends the loop, and whose second begins another round. */
  readonly state: string;
}

/** Which branch is taken: the node's own state is the Choice, with the targets in this order. */
export interface OpenWay {
  readonly kind: "way";
  readonly name: string;
  readonly ways: readonly string[];
}
