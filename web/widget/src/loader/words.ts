/** The few words that stand on the customer's page. */
import { pickLanguage } from "../shared/tongue.ts";

export interface LoaderWords {
  open: string;
  close: string;
  dismiss: string;
  /** The name of the dialog and of the frame. */
  chatWith(name: string): string;
  newMessages(count: number): string;
  unreachable: string;
  openPage: string;
}

const WORDS: Record<string, LoaderWords> = {
  en: {
    open: "Open chat",
    close: "Close chat",
    dismiss: "Dismiss",
    chatWith: (name) => `Chat with ${name}`,
    newMessages: (count) => (count === 1 ? "1 new message" : `${count} new messages`),
    unreachable: "The chat cannot be shown on this page.",
    openPage: "Open the chat on its own page",
  },
  de: {
    open: "Chat öffnen",
    close: "Chat schließen",
    dismiss: "Ausblenden",
    chatWith: (name) => `Chat mit ${name}`,
    newMessages: (count) => (count === 1 ? "1 neue Nachricht" : `${count} neue Nachrichten`),
    unreachable: "Der Chat lässt sich auf dieser Seite nicht anzeigen.",
    openPage: "Chat auf eigener Seite öffnen",
  },
  es: {
    open: "Abrir el chat",
    close: "Cerrar el chat",
    dismiss: "Descartar",
    chatWith: (name) => `Chat con ${name}`,
    newMessages: (count) => (count === 1 ? "1 mensaje nuevo" : `${count} mensajes nuevos`),
    unreachable: "El chat no se puede mostrar en esta página.",
    openPage: "Abrir el chat en su propia página",
  },
  ar: {
    open: "فتح المحادثة",
    close: "إغلاق المحادثة",
    dismiss: "إخفاء",
    chatWith: (name) => `محادثة مع ${name}`,
    newMessages: (count) => (count === 1 ? "رسالة جديدة واحدة" : `رسائل جديدة: ${count}`),
    unreachable: "لا يمكن عرض المحادثة في هذه الصفحة.",
    openPage: "فتح المحادثة في صفحتها",
  },
};

/** The words of a language, and which one it is. */
export function wordsFor(locale: string): { language: string; words: LoaderWords } {
  const language = pickLanguage([locale, "en"], Object.keys(WORDS)) ?? "en";
  return { language, words: (WORDS[language] ?? WORDS.en) as LoaderWords };
}
