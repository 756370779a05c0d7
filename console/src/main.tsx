import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "./design/tokens.css";
import "./design/base.css";
import "./design/buttons.css";
import "./design/fields.css";
import "./design/surfaces.css";
import "./design/badges.css";
import "./design/values.css";
import "./design/json.css";
import "./design/states.css";
import "./design/tabs.css";
import "./design/dialogs.css";
import "./table/table.css";
import "./design/shell.css";
import "./design/page.css";
import "./design/rows.css";
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
