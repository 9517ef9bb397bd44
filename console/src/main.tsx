import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "uplot/dist/uPlot.min.css";
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/components.css";
import "./styles/pages.css";
import { readSession } from "./api/session";
import { App } from "./App";
import { preferredLanguage, setLanguage } from "./texts";
import { applyTheme } from "./theme";

applyTheme();
void readSession();
void setLanguage(preferredLanguage(navigator.languages), false).then(() => {
  const root = document.getElementById("root");
  if (root !== null) {
    createRoot(root).render(
      <StrictMode>
        <App />
      </StrictMode>,
    );
  }
});
