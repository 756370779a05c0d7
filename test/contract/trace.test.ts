import fc from "fast-check";
import { expect, test } from "vitest";
import { type BusEvent, readEnvelope, writeEntry } from "../../lib/contract/envelope.ts";
import {
  readTraceparent,
  spanOfRun,
  spanOfTry,
  traceHeaderOf,
  traceparentOfEvent,
  traceparentOfHeader,
  writeTraceparent,
} from "../../lib/contract/trace.ts";

/** The example of the W3C recommendation. */
const EXAMPLE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

test.each([
  [EXAMPLE, { trace: "0af7651916cd43dd8448eb211c80319c", span: "b7ad6b7169203331", sampled: true }],
  [
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00",
    { trace: "4bf92f3577b34da6a3ce929d0e0e4736", span: "00f067aa0ba902b7", sampled: false },
  ],
  // The other bits are reserved.
  ["00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03", expect.objectContaining({ sampled: true })],
  ["00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-fe", expect.objectContaining({ sampled: false })],
  // A version to come may say more.
  [
    "cc-12345678901234567890123456789012-1234567890123456-01-what-follows",
    expect.objectContaining({ sampled: true }),
  ],
])("%s is parsed by the standard", (text, context) => {
  expect(readTraceparent(text)).toEqual(context);
});

test.each([
  [undefined],
  [""],
  ["00-00000000000000000000000000000000-b7ad6b7169203331-01"],
  ["00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01"],
  ["ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"],
  ["00-0AF7651916CD43DD8448EB211C80319C-B7AD6B7169203331-01"],
  ["00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more"],
  ["00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331"],
  ["00-0af7651916cd43dd8448eb211c80319-b7ad6b7169203331-01"],
])("%s is not a traceparent", (text) => {
  expect(readTraceparent(text)).toBeUndefined();
  expect(traceHeaderOf(text)).toBeUndefined();
});

test("X-Ray's documents write the W3C id as Root, and Lambda's further fields are ignored", () => {
  expect(traceHeaderOf("00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01")).toBe(
    "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1",
  );
  expect(
    traceparentOfHeader(
      "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0;Lineage=1:a87bd80c:0",
    ),
  ).toBe("00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-00");
});

test.each([
  [undefined],
  ["Root=1-5759e988-bd862e3fe1be46a994272793"],
  ["Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53;Sampled=1"],
  ["Parent=53995c3f42cd8ad8;Sampled=1"],
  [
    "Self=1-67891234-12456789abcdef012345678;Root=2-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8",
  ],
])("%s names no span", (header) => {
  expect(traceparentOfHeader(header)).toBeUndefined();
});

test("converting there and back gives the same", () => {
  const digits = (length: number) =>
    fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`)).filter((text) => !/^0+$/.test(text));
  fc.assert(
    fc.property(digits(32), digits(16), fc.boolean(), (trace, span, sampled) => {
      const traceparent = writeTraceparent({ trace, span, sampled });
      expect(readTraceparent(traceparent)).toEqual({ trace, span, sampled });
      expect(traceparentOfHeader(traceHeaderOf(traceparent))).toBe(traceparent);
    }),
  );
});

test("spans keep the trace and its sampling decision, and differ by their work", () => {
  const spans = [
    spanOfRun(EXAMPLE, "r", 1),
    spanOfRun(EXAMPLE, "r", 2),
    spanOfTry(EXAMPLE, "work#r#claim#1#a#do", 1),
    spanOfTry(EXAMPLE, "work#r#claim#1#a#do", 2),
    spanOfTry(EXAMPLE, "work#r#claim#1#a#undo", 1),
  ].map(readTraceparent);
  expect(new Set(spans.map((context) => context?.span)).size).toBe(5);
  for (const context of spans)
    expect(context).toMatchObject({ trace: "0af7651916cd43dd8448eb211c80319c", sampled: true });
  expect(spanOfRun(EXAMPLE, "r", 1)).toBe(spanOfRun(EXAMPLE, "r", 1));
  expect(spanOfRun(undefined, "r", 1)).toBeUndefined();
});

const event = (millrace: object): BusEvent => ({
  id: "b1",
  "detail-type": "video.requested",
  source: "shop",
  time: "2026-11-21T07:00:00Z",
  detail: { videoId: "v", millrace },
});

test("an event without a trace gets one derived from its id, so that its duplicates agree", () => {
  const first = readEnvelope(event({ id: "e1" }));
  expect(first.traceparent).toBe(traceparentOfEvent("e1"));
  expect(readEnvelope({ ...event({ id: "e1" }), id: "b2" }).traceparent).toBe(first.traceparent);
  expect(readEnvelope(event({ id: "e2" })).traceparent).not.toBe(first.traceparent);
  expect(readEnvelope(event({ id: "e1", traceparent: "nonsense" })).traceparent).toBe(first.traceparent);
  expect(readEnvelope(event({ id: "e1", traceparent: EXAMPLE })).traceparent).toBe(EXAMPLE);
});

test("an entry for the bus carries its trace for X-Ray, the one that a reader finds", () => {
  for (const traceparent of [EXAMPLE, undefined]) {
    const envelope = readEnvelope(event({ id: "e1", traceparent }));
    expect(writeEntry({ ...envelope, traceparent }).TraceHeader).toBe(traceHeaderOf(envelope.traceparent));
  }
});
