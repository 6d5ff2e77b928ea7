import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";
import { verifyWebhook, type WebhookVerificationError } from "../src/index.ts";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OTHER = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
const BODY = '{"type":"flag.assigned","data":{"flag":"vip – é"}}';
const NOW = new Date("2026-11-25T12:00:00Z");

function signed(secret = SECRET, body = BODY, at = NOW) {
  return {
    "webhook-id": "evt_1",
    "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
    "webhook-signature": new Webhook(secret).sign("evt_1", at, body),
  };
}

async function refused(options: Parameters<typeof verifyWebhook>[0]): Promise<string> {
  const error: WebhookVerificationError = await verifyWebhook(options).then(
    () => expect.unreachable("it was trusted"),
    (error) => error,
  );
  return error.reason;
}

test("what the reference library signs is trusted, as text and as bytes, from any kind of headers", async () => {
  const headers = signed();
  expect(await verifyWebhook({ body: BODY, headers, secret: SECRET, now: NOW })).toEqual(JSON.parse(BODY));
  const bytes = new TextEncoder().encode(BODY);
  expect(await verifyWebhook({ body: bytes, headers: new Headers(headers), secret: SECRET, now: NOW })).toMatchObject({
    type: "flag.assigned",
  });
});

test("the example of the specification verifies", async () => {
  const headers = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  };
  const body = '{"test": 2432232314}';
  expect(await verifyWebhook({ body, headers, secret: SECRET, now: new Date(1614265330_000) })).toEqual({ test: 2432232314 });
});

test("a changed body, another secret and a forged signature are refused", async () => {
  expect(await refused({ body: `${BODY} `, headers: signed(), secret: SECRET, now: NOW })).toBe("wrong_signature");
  expect(await refused({ body: BODY, headers: signed(OTHER), secret: SECRET, now: NOW })).toBe("wrong_signature");
  for (const signature of ["v1,", "v1,!!", "v1", "nonsense", `v2${signed()["webhook-signature"].slice(2)}`]) {
    const headers = { ...signed(), "webhook-signature": signature };
    expect(await refused({ body: BODY, headers, secret: SECRET, now: NOW })).toBe("wrong_signature");
  }
});

test("while a secret is rotated, several signatures and several secrets may be at hand", async () => {
  const both = { ...signed(), "webhook-signature": `v1a,Zm9v ${signed(OTHER)["webhook-signature"]} ${signed()["webhook-signature"]}` };
  for (const secret of [SECRET, OTHER, [OTHER, SECRET]]) {
    expect(await verifyWebhook({ body: BODY, headers: both, secret, now: NOW })).toBeTruthy();
  }
  expect(await verifyWebhook({ body: BODY, headers: signed(), secret: [OTHER, SECRET], now: NOW })).toBeTruthy();
});

test("a timestamp that is too far away, or none, is refused", async () => {
  const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);
  expect(await refused({ body: BODY, headers: signed(), secret: SECRET, now: later(301) })).toBe("out_of_time");
  expect(await refused({ body: BODY, headers: signed(), secret: SECRET, now: later(-301) })).toBe("out_of_time");
  expect(await verifyWebhook({ body: BODY, headers: signed(), secret: SECRET, now: later(301), toleranceSeconds: 400 })).toBeTruthy();
  expect(await refused({ body: BODY, headers: { ...signed(), "webhook-timestamp": "soon" }, secret: SECRET, now: NOW })).toBe(
    "bad_timestamp",
  );
  expect(await refused({ body: BODY, headers: {}, secret: SECRET, now: NOW })).toBe("missing_header");
});

test("a secret that is none is a fault of the caller", async () => {
  await expect(verifyWebhook({ body: BODY, headers: signed(), secret: "whsec_", now: NOW })).rejects.toThrow(TypeError);
});
