import { SmartBotError } from "./problem.ts";
import { addressOf, type Connection, headersOf, request } from "./request.ts";
import type { StoredFile } from "./types.ts";

export interface UploadOptions {
  /** The name that people see. */
  name: string;
  /** Hears how much has gone out, from 0 to 1; in browsers only. */
  onProgress?: (part: number) => void;
  signal?: AbortSignal;
}

/** Uploads a file, once: whoever tries again may, because a file that nobody says is nothing. */
export async function upload(connection: Connection, path: string, file: Blob, options: UploadOptions): Promise<StoredFile> {
  const whole = `${path}?name=${encodeURIComponent(options.name)}`;
  if (!options.onProgress || typeof XMLHttpRequest === "undefined") {
    const call = { method: "POST", path: whole, body: file, signal: options.signal } as const;
    return (await request<{ file: StoredFile }>({ ...connection, retries: 0 }, call)).file;
  }
  return (await withProgress(connection, whole, file, options)).file;
}

/** `fetch` does not tell how far an upload is. */
function withProgress(connection: Connection, path: string, file: Blob, options: UploadOptions): Promise<{ file: StoredFile }> {
  return new Promise((done, failed) => {
    const sending = new XMLHttpRequest();
    const stop = () => sending.abort();
    const settle = (act: () => void) => () => {
      options.signal?.removeEventListener("abort", stop);
      act();
    };
    sending.open("POST", addressOf(connection, path));
    for (const [name, value] of Object.entries(headersOf(connection))) sending.setRequestHeader(name, value);
    sending.setRequestHeader("Content-Type", file.type || "application/octet-stream");
    sending.upload.onprogress = (event) => event.lengthComputable && options.onProgress?.(event.loaded / event.total);
    sending.onerror = settle(() => failed(new TypeError("The connection broke while the file was sent.")));
    sending.onabort = settle(() => failed(options.signal?.reason ?? new DOMException("The upload was stopped.", "AbortError")));
    sending.onload = settle(() => {
      const { status } = sending;
      const text = sending.responseText;
      if (status >= 200 && status < 300) done(JSON.parse(text));
      else {
        const seconds = sending.getResponseHeader("retry-after");
        const answer = new Response(text, { status, headers: seconds ? { "retry-after": seconds } : {} });
        SmartBotError.from(answer).then(failed, failed);
      }
    });
    if (options.signal?.aborted) return failed(options.signal.reason);
    options.signal?.addEventListener("abort", stop, { once: true });
    sending.send(file);
  });
}
