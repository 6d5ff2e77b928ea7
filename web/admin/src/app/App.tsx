/** All that surrounds the screens: theme, words, the cache of answers, the router. */
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode, useEffect, useState } from "react";
import "../i18n/index.ts";
import { useMode } from "../theme/mode.ts";
import { theme } from "../theme/theme.ts";
import { Announcer } from "../ui/Announcer.tsx";
import { Toasts } from "../ui/Toasts.tsx";
import { newQueryClient } from "./queries.ts";
import { newRouter } from "./router.tsx";

export function App() {
  const [queries] = useState(newQueryClient);
  const [router] = useState(() => newRouter(queries));
  const mode = useMode((it) => it.theme);
  useEffect(() => {
    document.documentElement.dataset.theme = mode;
  }, [mode]);
  return (
    <StrictMode>
      {/* No variables or classes are injected at run time: `mantine.css` has them. */}
      <MantineProvider
        theme={theme}
        forceColorScheme={mode === "dark" ? "dark" : "light"}
        withCssVariables={false}
        withGlobalClasses={false}
      >
        <QueryClientProvider client={queries}>
          <RouterProvider router={router} />
          <Toasts />
          <Announcer />
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>
  );
}
