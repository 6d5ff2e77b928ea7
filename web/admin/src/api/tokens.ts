/** API tokens of both kinds. A token itself is told once, when it is made. */
import { queryOptions } from "@tanstack/react-query";
import { api, body, type Schemas } from "./client.ts";

export type TokenView = Schemas["TokenView"];
export type TokenKind = Schemas["TokenKind"];
export type MadeToken = Schemas["MadeToken"];
export type TokenWish = Schemas["TokenBody"];

/** All of them, the revoked ones too: a workspace has tens, not thousands. */
export const tokensQuery = queryOptions({
  queryKey: ["tokens"],
  queryFn: async ({ signal }) => {
    const all: TokenView[] = [];
    let cursor: string | null | undefined;
    do {
      const page: Schemas["Page_TokenView"] = await body(
        api.GET("/api/v1/admin/tokens", { params: { query: { limit: 200, cursor: cursor ?? undefined } }, signal }),
      );
      all.push(...page.data);
      cursor = page.next_cursor;
    } while (cursor);
    return all;
  },
});

export const createToken = (wish: TokenWish): Promise<MadeToken> => body(api.POST("/api/v1/admin/tokens", { body: wish }));

export const revokeToken = async (id: string): Promise<void> => {
  await api.DELETE("/api/v1/admin/tokens/{id}", { params: { path: { id } } });
};
