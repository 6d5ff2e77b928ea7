/** The key of the chat, for a reload in the same tab: in the storage of our own origin, which the page around cannot read. */

export interface Kept {
  sessionId: string;
  sessionKey: string;
  /** Whose chat it is, not to be read back: another person on the same device gets another chat. */
  who: string | null;
}

/** Where things are kept; in memory when the browser refuses storage, so that all works but a reload. */
function drawer(): Pick<Storage, "getItem" | "setItem" | "removeItem"> {
  try {
    const { sessionStorage } = window;
    sessionStorage.getItem("");
    return sessionStorage;
  } catch {
    const memory = new Map<string, string>();
    return {
      getItem: (key) => memory.get(key) ?? null,
      setItem: (key, value) => void memory.set(key, value),
      removeItem: (key) => void memory.delete(key),
    };
  }
}

export class Keep {
  readonly #drawer = drawer();
  readonly #name: string;

  constructor(workspace: string, functionId: string, id: string) {
    this.#name = `smartbot:chat:${workspace}:${functionId}:${id}`;
  }

  read(): Kept | null {
    try {
      const kept: Partial<Kept> = JSON.parse(this.#drawer.getItem(this.#name) ?? "null") ?? {};
      const { sessionId, sessionKey, who } = kept;
      return typeof sessionId === "string" && typeof sessionKey === "string" ? { sessionId, sessionKey, who: who ?? null } : null;
    } catch {
      return null;
    }
  }

  write(kept: Kept): void {
    this.#drawer.setItem(this.#name, JSON.stringify(kept));
  }

  forget(): void {
    this.#drawer.removeItem(this.#name);
  }
}

/** A mark of whom an identity names, for comparing only: the server alone checks whether it is true. */
export function whoOf(identity: string | null): string | null {
  if (!identity) return null;
  try {
    const claims = JSON.parse(atob((identity.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/")));
    let mark = 0x811c9dc5;
    for (const letter of String(claims.sub)) mark = Math.imul(mark ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0;
    return mark.toString(36);
  } catch {
    return null;
  }
}
