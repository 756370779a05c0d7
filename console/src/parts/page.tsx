import { type ReactNode, useEffect } from "react";
import { Link } from "react-router";
import { Icon } from "./icon.tsx";

/** The page that a page leads back to. */
export interface Back {
  to: string;
  name: string;
}

/**
 * A page with its heading. One that `fills` keeps the window's height and lets its list scroll; others scroll
 * as a whole.
 */
export function Page({
  title,
  heading,
  description,
  under,
  actions,
  back,
  fills = false,
  children,
}: {
  /** Of the window. */
  title: string;
  /** @default the title */
  heading?: ReactNode;
  description?: ReactNode;
  /** Below the heading: content other than text. */
  under?: ReactNode;
  actions?: ReactNode;
  back?: Back;
  fills?: boolean;
  children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · Millrace`;
  }, [title]);
  return (
    <div className={`page${fills ? "" : " scrolls"}`}>
      <header className="page-head">
        <div className="stack" style={{ gap: 4 }}>
          {back && (
            <Link to={back.to} className="row detail">
              <Icon name="back" size={13} /> {back.name}
            </Link>
          )}
          <h1 className="wrap-anywhere">{heading ?? title}</h1>
          {description && <p>{description}</p>}
          {under}
        </div>
        {actions && <div className="row wrap">{actions}</div>}
      </header>
      {children}
    </div>
  );
}
