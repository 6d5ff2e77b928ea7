/** Pictures, videos, recordings, files and link cards. */
import { useEffect, useState } from "preact/hooks";
import { safeHref } from "../markdown/parse.ts";
import { usePanel } from "./context.ts";
import { Icon } from "./Icon.tsx";
import { OutLink } from "./Markdown.tsx";

export interface MediaShape {
  type: string;
  url: string;
  alt?: string;
  title?: string;
}

export interface FileShape {
  id: string;
  name: string;
  type: string;
  size: number;
}

export function Media({ media }: { media: MediaShape }) {
  const { words } = usePanel();
  const url = safeHref(media.url);
  if (!url || !/^https?:/.test(url)) return null;
  const words_ = media.alt || media.title || words.media(media.type);
  switch (media.type) {
    case "image":
      return <img class="media" src={url} alt={media.alt ?? ""} loading="lazy" />;
    case "video":
      // biome-ignore lint/a11y/useMediaCaption: where the captions are is not known; its description stands beside it.
      return <video class="media" src={url} controls preload="metadata" aria-label={words_} />;
    case "audio":
      // biome-ignore lint/a11y/useMediaCaption: where the words are is not known; its description stands beside it.
      return <audio class="media-audio" src={url} controls preload="metadata" aria-label={words_} />;
    default:
      return (
        <OutLink href={url} className="card">
          <span class="card-icon">
            <Icon name={media.type === "file" ? "file" : "link"} />
          </span>
          <span class="card-words">
            <span class="card-title">{media.title || media.alt || new URL(url).hostname}</span>
            <span class="card-place">{new URL(url).hostname}</span>
          </span>
        </OutLink>
      );
  }
}

/** A file of this session. It is fetched with the key of the chat, so it has no address of its own. */
export function SentFile({ file }: { file: FileShape }) {
  const { room, words, locale } = usePanel();
  const [address, setAddress] = useState<string | null>(null);
  const isPicture = /^image\/(png|jpeg|gif|webp|avif)$/.test(file.type);
  useEffect(() => {
    let made: string | null = null;
    let isGone = false;
    const read = isPicture ? room.file(file.id).catch(() => null) : Promise.resolve(null);
    void read.then((blob) => {
      if (!blob || isGone) return;
      made = URL.createObjectURL(blob.slice(0, blob.size, file.type));
      setAddress(made);
    });
    return () => {
      isGone = true;
      if (made) URL.revokeObjectURL(made);
    };
  }, [file.id]);
  const save = async () => {
    const blob = await room.file(file.id).catch(() => null);
    if (blob) saveAs(blob, file.name);
  };
  return (
    <button type="button" class="card" onClick={save} aria-label={`${words.download}: ${file.name}`}>
      {address ? (
        <img class="thumb" src={address} alt="" />
      ) : (
        <span class="card-icon">
          <Icon name="file" />
        </span>
      )}
      <span class="card-words">
        <span class="card-title">{file.name}</span>
        <span class="card-place">{bytes(file.size, locale)}</span>
      </span>
    </button>
  );
}

export function saveAs(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

export function bytes(count: number, locale: string): string {
  const [unit, value] = count >= 1_000_000 ? ["megabyte", count / 1_000_000] : ["kilobyte", Math.max(1, count / 1_000)];
  return new Intl.NumberFormat(locale, { style: "unit", unit: String(unit), maximumFractionDigits: Number(value) < 10 ? 1 : 0 }).format(
    Number(value),
  );
}
