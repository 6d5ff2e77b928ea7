/** The calls of the Bot Builder. */
import { request, type Schemas } from "../api/client.ts";
import type { FaqDocument } from "../api/faq.ts";
import type { BotDocument, Condition } from "./model/document.ts";

const ADMIN = "/api/v1/admin";

export type Finding = Schemas["Finding"];
export type Actor = Schemas["Actor"];
export type BotSummary = Schemas["BotSummary"];
/** The draft; its document may be anything, also damaged. */
export type BotDraft = Omit<Schemas["BotDraftView"], "document"> & { document: unknown };
export type Saved = Schemas["SavedDraft"];

const bot = (functionId: string): string => `${ADMIN}/bots/${encodeURIComponent(functionId)}`;

export async function getDraft(functionId: string, signal?: AbortSignal): Promise<BotDraft> {
  return (await request<BotDraft>("GET", bot(functionId), { signal })).data;
}

export async function saveDraft(functionId: string, revision: number, document: BotDocument | FaqDocument): Promise<Saved> {
  const headers = { "If-Match": `"${revision}"` };
  return (await request<Saved>("PUT", `${bot(functionId)}/draft`, { body: { document }, headers })).data;
}

export async function validate(document: BotDocument, signal?: AbortSignal): Promise<Finding[]> {
  return (await request<{ findings: Finding[] }>("POST", `${ADMIN}/bots/validate`, { body: { document }, signal })).data.findings;
}

export type Published = Schemas["Published"];

export async function publish(functionId: string, revision: number, note: string, acceptWarnings: boolean): Promise<Published> {
  const body = { ...(note ? { note } : {}), accept_warnings: acceptWarnings };
  return (await request<Published>("POST", `${bot(functionId)}/publish`, { body, headers: { "If-Match": `"${revision}"` } })).data;
}

export type Version = Schemas["BotVersion"];

export async function listVersions(functionId: string, cursor?: string): Promise<{ data: Version[]; next_cursor: string | null }> {
  const query = cursor ? `?cursor=${encodeURIComponent(cursor)}` : "";
  return (await request<{ data: Version[]; next_cursor: string | null }>("GET", `${bot(functionId)}/versions${query}`)).data;
}

export async function getVersion(functionId: string, version: number): Promise<Version & { document: unknown }> {
  return (await request<Version & { document: unknown }>("GET", `${bot(functionId)}/versions/${version}`)).data;
}

export interface Change {
  kind: "added" | "changed" | "removed";
  what: "bot" | "box" | "link" | "field";
  box_id?: string | null;
  title: string;
  before?: unknown;
  after?: unknown;
  sentence: string;
}

export interface Comparison {
  changes: Change[];
  open_sessions: number;
}

export async function compare(functionId: string, from: string, to: string): Promise<Comparison> {
  return (await request<Comparison>("GET", `${bot(functionId)}/compare?from=${from}&to=${to}`)).data;
}

export async function rollBack(functionId: string, version: number, note: string): Promise<{ version: number }> {
  return (await request<{ version: number }>("POST", `${bot(functionId)}/roll_back`, { body: { version, ...(note ? { note } : {}) } }))
    .data;
}

export async function restoreDraft(functionId: string, revision: number, version: number): Promise<BotDraft> {
  const headers = { "If-Match": `"${revision}"` };
  return (await request<BotDraft>("POST", `${bot(functionId)}/restore_draft`, { body: { version }, headers })).data;
}

/** What a condition of a link came to. */
export interface Tried {
  link: number;
  sentence: string;
  held: boolean;
}

export interface Extracted {
  value: unknown;
  text: string;
  start: number;
  end: number;
  confidence: number;
}

export interface TriedReply {
  extracted: Extracted | null;
  conditions: Tried[];
  winner: number | null;
  to: string | null;
  says: unknown[];
}

export interface TryReply {
  document: BotDocument;
  box_id: string;
  text?: string;
  choice?: string;
  variables?: Record<string, unknown>;
  user?: PreviewUser;
  now?: string;
}

export async function tryReply(body: TryReply, signal?: AbortSignal): Promise<TriedReply> {
  return (await request<TriedReply>("POST", `${ADMIN}/bots/try_reply`, { body, signal })).data;
}

export interface PreviewUser {
  fields: Record<string, unknown>;
  flags: string[];
}

export type PreviewInput =
  | { start: true; box_id?: string }
  | { text: string }
  | { choice: string }
  | { choices: string[] }
  | { api_reply: { status: number; body?: unknown } | { error: string } }
  | { timer: true }
  | { agent_returned: true };

export interface PreviewRequest {
  document: BotDocument;
  state: unknown;
  input: PreviewInput;
  user: PreviewUser;
  now?: string;
  language?: string;
  external: "ask" | "live";
}

/** A line that the bot said. */
export interface PreviewMessage {
  kind?: string;
  text?: string;
  box_id?: string;
  media?: { type: string; url: string; alt?: string; title?: string };
  [more: string]: unknown;
}

export interface TraceAction {
  type: string;
  sentence: string;
  data: Record<string, unknown>;
}

/** What happened in one box. */
export interface TraceStep {
  box_id: string;
  /** The bot that the box belongs to, when it is not the one that is tried out. */
  function_id?: string | null;
  title: string;
  input?: unknown;
  extracted?: Extracted | null;
  conditions: Tried[];
  link?: number | null;
  actions: TraceAction[];
}

export interface PreviewVariable {
  name: string;
  value: unknown;
  type: string | null;
  scope: string;
  changed: boolean;
}

export interface PreviewCall {
  method: string;
  url: string;
  headers: unknown;
  body: unknown;
}

/** What the bot waits for, as the public API tells it. */
export interface Awaiting {
  kind: string;
  choices?: { value: string; label: string }[];
  many?: boolean;
  [more: string]: unknown;
}

export interface PreviewStep {
  state: unknown;
  user: PreviewUser;
  messages: PreviewMessage[];
  awaiting: Awaiting | null;
  trace: TraceStep[];
  variables: PreviewVariable[];
  call: PreviewCall | null;
  events: { type: string; data: unknown }[];
  transcript_step: unknown[];
  status: string;
  /** When it happened; later than asked for when a timer was due. */
  now: string;
}

export async function previewStep(body: PreviewRequest, signal?: AbortSignal): Promise<PreviewStep> {
  return (await request<PreviewStep>("POST", `${ADMIN}/previews/step`, { body, signal })).data;
}

/** A test of a bot, as in `bots/*.test.json`. */
export interface BotTest {
  name: string;
  steps: unknown[];
  [more: string]: unknown;
}

export async function getTests(functionId: string): Promise<BotTest[]> {
  return (await request<{ tests: BotTest[] }>("GET", `${bot(functionId)}/tests`)).data.tests;
}

export async function putTests(functionId: string, tests: BotTest[]): Promise<void> {
  await request("PUT", `${bot(functionId)}/tests`, { body: { tests } });
}

export interface TestResult {
  name: string;
  passed: boolean;
  message?: string;
}

export async function runTests(functionId: string, document?: BotDocument): Promise<TestResult[]> {
  const body = document ? { document } : {};
  return (await request<{ results: TestResult[] }>("POST", `${bot(functionId)}/tests/run`, { body })).data.results;
}

export interface ApiTest {
  request: { method: string; url: string; headers: unknown; body: unknown };
  answer: { status: number; headers: unknown; body: unknown; duration_ms: number } | null;
  error?: string;
  saved: Record<string, unknown>;
}

export async function testExternalApi(box: unknown, values: Record<string, unknown>): Promise<ApiTest> {
  return (await request<ApiTest>("POST", `${ADMIN}/external_api/test`, { body: { box, values } })).data;
}

export async function boxPayload(document: BotDocument, boxId: string, signal?: AbortSignal): Promise<unknown> {
  return (await request<{ payload: unknown }>("POST", `${ADMIN}/box_payload`, { body: { document, box_id: boxId }, signal })).data.payload;
}

export type { Condition };
