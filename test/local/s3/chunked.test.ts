import { expect, test } from "vitest";
import { ServiceError } from "../../../local/kernel/errors.ts";
import { seededRandom } from "../../../local/kernel/random.ts";
import { decodeChunked } from "../../../local/s3/chunked.ts";

test("chunks are joined, their signatures ignored, the trailers read", () => {
  const body =
    "5;chunk-signature=ab12\r\nhello\r\n7\r\n, world\r\n0;chunk-signature=cd\r\nX-Amz-Checksum-CRC32: abc=\r\n\r\n";
  const { data, trailers } = decodeChunked(Buffer.from(body));
  expect(data.toString()).toBe("hello, world");
  expect(trailers).toEqual({ "x-amz-checksum-crc32": "abc=" });
});

test("an empty body has no chunk but the last", () => {
  expect(decodeChunked(Buffer.from("0\r\n\r\n")).data).toHaveLength(0);
});

test.each(["", "5\r\nhel", "zz\r\n", "5\r\nhello", "5\r\nhello\r\n"])(
  "%j ends too early and is refused",
  (body) => {
    expect(() => decodeChunked(Buffer.from(body))).toThrow(
      expect.objectContaining({ code: "IncompleteBody" }),
    );
  },
);

test("whatever arrives is decoded or refused", () => {
  const random = seededRandom(1);
  for (let round = 0; round < 500; round++) {
    const noise = Buffer.concat([
      Buffer.from(["4\r\n", "0\r\n", "ff\r\n", ""][round % 4]!),
      random.bytes(round % 40),
    ]);
    try {
      decodeChunked(noise);
    } catch (error) {
      expect(error).toBeInstanceOf(ServiceError);
    }
  }
});
