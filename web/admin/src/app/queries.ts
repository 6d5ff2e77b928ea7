/** The cache of what the server said. */
import { QueryClient } from "@tanstack/react-query";
import { problemIn } from "../api/problem.ts";

export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        // What the server refused is refused again; what got lost on the way deserves another try.
        retry: (failures, error) => {
          const status = problemIn(error)?.status;
          return failures < 2 && (status === 0 || status === 502 || status === 503);
        },
        retryDelay: (failures) => 400 * 2 ** failures,
        refetchOnWindowFocus: true,
      },
    },
  });
}
