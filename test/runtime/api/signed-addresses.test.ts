import { S3Client } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { signedAddresses } from "../../../lambdas/runtime/aws/files/signed-addresses.ts";

const sign = signedAddresses(
  "films",
  new S3Client({
    region: "eu-central-1",
    forcePathStyle: true,
    credentials: { accessKeyId: "id", secretAccessKey: "secret", sessionToken: "token" },
    // Nothing is sent: an address is made of what is known here.
    requestHandler: { handle: () => Promise.reject(new Error("A request was sent.")) } as never,
  }),
);

test("an address is signed, short-lived, and valid for one file only", async () => {
  const url = new URL((await sign("s3://films/make-film/run 1/scene #2.png"))!);
  expect(url.origin + url.pathname).toBe(
    "https://s3.eu-central-1.amazonaws.com/films/make-film/run%201/scene%20%232.png",
  );
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    "X-Amz-Expires": "300",
    "X-Amz-SignedHeaders": "host",
    "X-Amz-Security-Token": "token",
    "response-content-disposition": "attachment",
    "X-Amz-Signature": expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect(url.href).not.toContain("secret");
});

test.each([
  "s3://other/file",
  "s3://films-2/file",
  "s3://films/",
  "s3://films",
  "https://films/file",
  "film.mp4",
  "",
])("%j is not a file of the bucket", async (uri) => {
  expect(await sign(uri)).toBeUndefined();
});
