import { App, Stack } from "aws-cdk-lib";
import { beforeAll, expect, test } from "vitest";
import { confirmations, confirmOrder } from "../../examples/cloud-events/definitions.ts";
import { Millrace, type MillraceProps } from "../../lib/millrace.ts";

const handlers = `${import.meta.dirname}/../../examples/cloud-events`;

function millrace(props: Partial<MillraceProps>) {
  const stack = new Stack(new App(), "App");
  return new Millrace(stack, "Millrace", { reactions: [confirmations], handlers, ...props });
}

let signing: string[];
beforeAll(() => {
  const app = millrace({ destinations: { confirmations: { url: "https://shop.example.com" } } });
  signing = [...app.reactions.values()].map(({ signingSecret }) => typeof signingSecret);
}, 120_000);

test("a delivery has a secret to sign with", () => {
  expect(signing).toEqual(["object"]);
});

test.each([
  ["none", {}, /"confirmations" has no destination/],
  [
    "one in the clear",
    { destinations: { confirmations: { url: "http://shop.example.com" } } },
    /"http:\/\/shop.example.com". Give a URL with https/,
  ],
  [
    "one of another name",
    { destinations: { confirmation: { url: "https://shop.example.com" } } },
    /destinations.confirmation names no delivery. Deliveries are: confirmations/,
  ],
  [
    "one of a reaction that posts nothing",
    { reactions: [confirmOrder], destinations: { "confirm-order": { url: "https://shop.example.com" } } },
    /names no delivery. There are no deliveries/,
  ],
])(
  "a destination is refused: %s",
  (_, props, message) => {
    expect(() => millrace(props)).toThrow(message);
  },
  120_000,
);
