import { describe, expect, test } from "vitest";
import { type Verdict, verify } from "../../../lambdas/runtime/ingress/verify.ts";
import { github, hmac, type Signature, slack, stripe } from "../../../lib/index.ts";

const why = (verdict: Verdict) => (verdict.authentic ? "authentic" : verdict.why);

/** The senders' own documented examples; Stripe documents the rule and no example, so that its own was made with openssl. */
const EXAMPLES: Record<
  string,
  { signature: Signature; secret: string; body: string; headers: Record<string, string>; at: number }
> = {
  GitHub: {
    signature: github(),
    secret: "It's a Secret to Everybody",
    body: "Hello, World!",
    headers: {
      "x-hub-signature-256": "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
    },
    at: 0,
  },
  Slack: {
    signature: slack(),
    secret: "8f742231b10e8888abcd99yyyzzz85a5",
    body: "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c",
    headers: {
      "x-slack-request-timestamp": "1531420618",
      "x-slack-signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
    },
    at: 1531420618_000,
  },
  Stripe: {
    signature: stripe(),
    secret: "whsec_test_secret",
    body: '{"id":"evt_1","object":"event"}',
    headers: {
      "stripe-signature":
        "t=1492774577,v1=654b43d3508ecadb3f8cefc4bc7d3d2bdc5ba9e03bf2c89b2d0657a8e24e4543,v0=6ffbb59b2300aae63f272406069a9788598b792a944a07aba816edb039989a39",
    },
    at: 1492774577_000,
  },
};

describe.each(Object.entries(EXAMPLES))("%s", (_name, { signature, secret, body, headers, at }) => {
  const judge = (change: Partial<{ secrets: string[]; body: string; headers: typeof headers; at: number }>) =>
    why(
      verify(
        { headers: change.headers ?? headers, body: Buffer.from(change.body ?? body) },
        signature,
        change.secrets ?? [secret],
        change.at ?? at,
      ),
    );

  test("the documented example is authentic, also next to another secret that is valid", () => {
    expect(judge({})).toBe("authentic");
    expect(judge({ secrets: ["new", secret] })).toBe("authentic");
  });

  test("another byte, another secret, no secret, a shortened, emptied or missing signature are not", () => {
    expect(judge({ body: `${body} ` })).toMatch(/does not match/);
    expect(judge({ secrets: [`${secret}x`] })).toMatch(/does not match/);
    expect(judge({ secrets: [] })).toMatch(/does not match/);
    const name = signature.header.toLowerCase();
    const value = headers[name]!;
    const digest = /[0-9a-f]{64}/.exec(value)![0];
    for (const other of [digest.slice(0, 62), "", `${digest}00`, digest.replace(/^./, "z")]) {
      expect(judge({ headers: { ...headers, [name]: value.replace(digest, other) } })).toMatch(
        /does not match|has no/,
      );
    }
    expect(judge({ headers: {} })).toMatch(new RegExp(`no ${signature.header}`));
  });

  test.runIf(signature.tolerance)("five minutes early or late is tolerated, and a second more is not", () => {
    for (const sign of [1, -1]) {
      expect(judge({ at: at + sign * 300_000 })).toBe("authentic");
      expect(judge({ at: at + sign * 301_000 })).toMatch(/the tolerance is 5 minutes/);
    }
  });
});

test("changing the signed time of a captured request breaks its signature", () => {
  const { signature, secret, body, headers } = EXAMPLES.Slack!;
  const later = { ...headers, "x-slack-request-timestamp": "1531424218" };
  const verdict = verify({ headers: later, body: Buffer.from(body) }, signature, [secret], 1531424218_000);
  expect(why(verdict)).toMatch(/does not match/);
});

test("a time that is no number, or is missing, is refused where one is signed", () => {
  const { signature, secret, body, headers } = EXAMPLES.Slack!;
  for (const time of ["", "soon", "-1531420618", "1e99"]) {
    const verdict = verify(
      { headers: { ...headers, "x-slack-request-timestamp": time }, body: Buffer.from(body) },
      signature,
      [secret],
      1531420618_000,
    );
    expect(why(verdict)).toMatch(/no time/);
  }
});

test("a custom signature: base64, SHA-512, and bytes that are not text", () => {
  const signature = hmac({ header: "X-Signature", encoding: "base64", algorithm: "sha512" });
  const body = Buffer.from([0xff, 0xfe, 0x00]);
  const headers = {
    "x-signature": "WFGLiEFWzxa0YbNaGBurqglDW4BwKRnYeWVrz1Boo74zxPWMa6TMNCByp6W4GBOGRX/Qg7x+/bSCPcaD4ijO6w==",
  };
  expect(verify({ headers, body }, signature, ["secret"], 0).authentic).toBe(true);
  const asText = Buffer.from(body.toString("utf8"));
  expect(verify({ headers, body: asText }, signature, ["secret"], 0).authentic).toBe(false);
});
