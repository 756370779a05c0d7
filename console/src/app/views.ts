/** A search with a name: the part of the address after "?". */
export interface SavedView {
  name: string;
  query: string;
}

/** Adds a view, or replaces the one of that name. */
export function withView(views: readonly SavedView[], view: SavedView): SavedView[] {
  return [...views.filter(({ name }) => name !== view.name), view];
}
