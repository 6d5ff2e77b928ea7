/** The way out: ends the browser session, forgets everything that was loaded, and shows the sign-in. */
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useCallback } from "react";
import { api } from "../api/client.ts";
import { meQuery } from "../api/me.ts";
import { forgetJournals } from "../builder/editor/journal.ts";
import { clearToasts } from "../ui/toasts.ts";
import { finishAll, forgetAll, type Why } from "./leaving.ts";

/** One way out for all who know it: the end of a session is heard from many calls, also while somebody leaves by a button. */
let isLeaving = false;

export function useLeave(): (why: Why) => Promise<void> {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useCallback(
    async (why) => {
      // Calls that were still on their way tell it later, at the sign-in already.
      if (isLeaving || location.pathname === "/app/sign-in") return;
      isLeaving = true;
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
        isLeaving = false;
      }
    },
    [navigate, queries],
  );
}
