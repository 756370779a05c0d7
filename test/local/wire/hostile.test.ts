import fc from "fast-check";
import { expect, test } from "vitest";
import { ServiceError } from "../../../local/kernel/errors.ts";
import { foreignHost } from "../../../local/wire/guard.ts";
import { readJson } from "../../../local/wire/json.ts";
import { readQuery } from "../../../local/wire/query.ts";
import { route, signature } from "../../../local/wire/route.ts";
import { element } from "../../../local/wire/xml.ts";

/** Runs a parser over hostile input: it answers, or refuses as a service does; nothing else. */
function answersOrRefuses(task: () => unknown): void {
  try {
    task();
  } catch (error) {
    expect(error).toBeInstanceOf(ServiceError);
  }
}

const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("", "__proto__", "constructor", "member", "AWS4-HMAC-SHA256 Credential="),
);
const headers = fc.dictionary(
  fc.constantFrom("host", "origin", "authorization", "x-amz-target", "content-type", "sec-fetch-site"),
  fc.oneof(
    text,
    fc.constantFrom(
      "AmazonSQS.",
      ".",
      "AmazonSQS.__proto__",
      "__proto__.x",
      "application/x-www-form-urlencoded",
    ),
  ),
);

test("any body is JSON or refused", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) =>
      answersOrRefuses(() => readJson(Buffer.from(bytes))),
    ),
  );
});

test("deep nesting is read or refused", () => {
  answersOrRefuses(() => readJson(Buffer.from(`{"a":${"[".repeat(200_000)}${"]".repeat(200_000)}}`)));
});

test("any form is a tree or refused, and touches no prototype", () => {
  const names = fc
    .array(fc.oneof(text, fc.constantFrom("1", "2", "a")), { minLength: 1, maxLength: 4 })
    .map((parts) => parts.join("."));
  fc.assert(
    fc.property(fc.array(fc.tuple(names, text)), (form) => {
      answersOrRefuses(() => readQuery(new URLSearchParams(form)));
      expect(({} as Record<string, unknown>).x).toBeUndefined();
    }),
  );
});

test("any request has a route, and none of a foreign page passes", () => {
  fc.assert(
    fc.property(headers, fc.dictionary(text, text), fc.string(), (given, query, path) => {
      const request = { method: "POST", path, query: new URLSearchParams(query), headers: given };
      expect(["json", "query", "rest", "unknown"]).toContain(route(request).protocol);
      signature(request);
      const known = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$|\.(localhost|127\.0\.0\.1)(:\d+)?$/i;
      if (!known.test(given.host ?? "")) expect(foreignHost(given, "127.0.0.1")).toBeDefined();
    }),
  );
});

test("any text survives in XML", () => {
  fc.assert(
    fc.property(text, (value) => {
      const [, inner] = /^<A>([\s\S]*)<\/A>$/.exec(element("A", value))!;
      expect(inner).not.toMatch(/[<>]|&(?!amp;|lt;|gt;|quot;|#13;)/);
    }),
  );
});
