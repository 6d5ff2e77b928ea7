/** Chats with bots from a portal or an app, and verified webhooks. No dependencies; runs in browsers and in Node 20 or newer. */
export { Chat, type ChatEvent, type Said, type StartOptions } from "./chat.ts";
export { type IdentityClaims, signIdentity } from "./identity.ts";
export { SmartBotError } from "./problem.ts";
export type { Answered, Awaiting, Message, Problem, Session, SessionState, Started, StoredFile, WebhookEvent } from "./types.ts";
export type { UploadOptions } from "./upload.ts";
export { type Appearance, type PublicBot, publicBot, type Visit, type VisitStarted } from "./visitor.ts";
export { type VerifyOptions, verifyWebhook, WebhookVerificationError } from "./webhook.ts";
