/** Which bot the address of the page means. */

export interface Address {
  workspace: string;
  functionId: string;
  /** The origin of the page that frames us, as the loader says; the browser proves it. */
  host: string | null;
  /** A language that the link asks for. */
  language: string | null;
}

export function readAddress(url: URL): Address {
  const query = url.searchParams;
  const [, first = "", second = ""] = /^\/chat\/([^/]+)(?:\/([^/]+))?\/?$/.exec(url.pathname) ?? [];
  const isLong = second !== "";
  return {
    workspace: isLong ? decodeURIComponent(first) : (query.get("workspace") ?? ""),
    functionId: decodeURIComponent(isLong ? second : first) || (query.get("function_id") ?? ""),
    host: query.get("host"),
    language: query.get("lang"),
  };
}
