import { useState } from "react";
import { Link, useSearchParams } from "react-router";
import { savedViews, storeViews } from "../app/saved-views.ts";
import { type SavedView, withView } from "../app/views.ts";
import { Icon } from "../parts/icon.tsx";
import "./run-views.css";

/** Common searches. */
const COMMON: SavedView[] = [
  { name: "Open", query: "status=open" },
  { name: "Failed", query: "status=failed" },
];

/** Saved searches of the list of runs; the filters of the page can be saved under a name. They stay in this browser. */
export function RunViews() {
  const [params] = useSearchParams();
  const [views, setViews] = useState(savedViews);
  const [naming, setNaming] = useState(false);
  const query = params.toString();
  const change = (next: SavedView[]) => {
    storeViews(next);
    setViews(next);
  };
  const known = [...COMMON, ...views].some((view) => view.query === query);
  return (
    <nav className="row wrap views" aria-label="Views">
      {[{ name: "All", query: "" }, ...COMMON, ...views].map((view) => (
        <span key={`${view.name} ${view.query}`} className="row view">
          <Link
            className="button plain small"
            to={`/runs${view.query === "" ? "" : `?${view.query}`}`}
            aria-current={view.query === query ? "page" : undefined}
          >
            {view.name}
          </Link>
          {views.includes(view) && (
            <button
              type="button"
              className="button plain icon small"
              aria-label={`Remove the view ${view.name}`}
              onClick={() => change(views.filter((one) => one !== view))}
            >
              <Icon name="close" size={12} />
            </button>
          )}
        </span>
      ))}
      {query !== "" &&
        !known &&
        (naming ? (
          <form
            className="row"
            onSubmit={(event) => {
              event.preventDefault();
              const name = String(new FormData(event.currentTarget).get("name")).trim();
              if (name !== "") change(withView(views, { name, query }));
              setNaming(false);
            }}
          >
            {/* biome-ignore lint/a11y/noAutofocus: the button that was pressed is replaced by the field */}
            <input className="input" name="name" aria-label="Name of the view" maxLength={40} autoFocus />
            <button type="submit" className="button small">
              Save
            </button>
          </form>
        ) : (
          <button type="button" className="button small" onClick={() => setNaming(true)}>
            Save view
          </button>
        ))}
    </nav>
  );
}
