/** The way out: ends the browser session, forgets everything that was loaded, and shows the sign-in. */
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useCallback, useRef } from "react";
import { api } from "../api/client.ts";
import { meQuery } from "../api/me.ts";
import { forgetJournals } from "../builder/editor/journal.ts";
import { clearToasts } from "../ui/toasts.ts";
import { finishAll, forgetAll, type Why } from "./leaving.ts";

export function useLeave(): (why: Why) => Promise<void> {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const leaving = useRef(false);
  return useCallback(
    async (why) => {
      if (leaving.current) return;
      leaving.current = true;
      try {
        await finishAll(why);
        if (why === "asked" || why === "idle") {
          await api.POST("/api/v1/admin/sign_out", { body: {} }).catch(() => {
            // Over already, or not reached: the cookie ends by itself, and this page shows nothing any more.
          });
        }
        // Cancelling puts back what was known before, so who is signed in is settled after it, and before the next screen asks.
        await queries.cancelQueries();
        queries.setQueryData(meQuery.queryKey, null);
        forgetAll();
        if (why === "asked") {
          await forgetJournals().catch(() => {
            // A browser without storage has kept nothing.
          });
        }
        clearToasts();
        const next = why === "asked" ? undefined : location.pathname.slice("/app".length) + location.search;
        await navigate({ to: "/sign-in", search: { why: why === "asked" ? undefined : why, next } });
        queries.removeQueries({ predicate: (it) => it.queryKey[0] !== meQuery.queryKey[0] });
      } finally {
        leaving.current = false;
      }
    },
    [navigate, queries],
  );
}
