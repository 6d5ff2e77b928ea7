/** Starts the app. */
import "@mantine/core/styles.layer.css";
import "./theme/tokens.css";
import "./theme/mantine.css";
import "./theme/base.css";
import { createRoot } from "react-dom/client";
import { App } from "./app/App.tsx";
import { followSystem } from "./theme/mode.ts";

followSystem();
const place = document.getElementById("root");
if (place) createRoot(place).render(<App />);
