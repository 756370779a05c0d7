import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "./design/tokens.css";
import "./design/base.css";
import "./design/parts.css";
import "./table/table.css";
import "./design/shell.css";
import "./design/pages.css";
import { App } from "./app/app.tsx";
import { startTheme } from "./app/theme.ts";
import { takeTokenFromAddress } from "./app/token-in-address.ts";

takeTokenFromAddress();
startTheme();
createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
