/** The last item that was shown. */
export interface Place {
  at: string;
  id: string;
}

/** A part of a list, newest first, and where the next one begins. */
export interface ListPart<Item> {
  items: Item[];
  next: Place | undefined;
}

/** How many entries of a list are requested, and after which position. */
export interface Wanting {
  limit: number;
  after: Place | undefined;
}
