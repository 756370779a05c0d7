import { beforeAll, expect, test } from "vitest";
import { drawCaption, layOutCaption } from "../../../workflows/video/caption-layer.ts";
import { captionsOf } from "../../../workflows/video/captions.ts";
import { pictureName } from "../../../workflows/video/picture.ts";
import { layOver, type Pixels, toPixels } from "../../../workflows/video/pixels.ts";
import type { Scene } from "../../../workflows/video/steps.ts";
import { TITLE_SECONDS } from "../../../workflows/video/timing.ts";
import { drawTitle } from "../../../workflows/video/title-card.ts";
import { bundled } from "./bundled.ts";
import { TIDE } from "./scene.ts";

let rasterize: (svg: string) => Promise<Uint8Array>;
let toStill: (file: Uint8Array) => Promise<Uint8Array>;
let film: typeof import("../../../workflows/video/film.ts");
beforeAll(async () => {
  ({ rasterize } = await bundled<any>("rasterize.ts"));
  ({ toStill } = await bundled<any>("still.ts"));
  film = await bundled("film.ts");
});

const scene: Scene = { ...TIDE, seconds: 1.3 };
const plain = (width: number, height: number, fill: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="${width}" height="${height}" fill="${fill}"/></svg>`;
const at = ({ width, data }: Pixels, x: number, y: number) => [
  ...data.subarray((y * width + x) * 4, (y * width + x) * 4 + 4),
];

/** The boxes of an MP4 by their path: "moov/trak/tkhd". */
function boxesOf(bytes: Buffer, path = ""): [string, Buffer][] {
  const boxes: [string, Buffer][] = [];
  for (let from = 0; from + 8 <= bytes.length; ) {
    const size = bytes.readUInt32BE(from);
    const name = `${path}${bytes.toString("latin1", from + 4, from + 8)}`;
    const content = bytes.subarray(from + 8, from + size);
    boxes.push([name, content]);
    if (/^(moov|moov\/trak|moov\/trak\/mdia)$/.test(name)) boxes.push(...boxesOf(content, `${name}/`));
    from += Math.max(8, size);
  }
  return boxes;
}

test("A film is an MP4 with one track of H.264, as long and as large as it says.", async () => {
  const picture = toPixels(await rasterize(plain(960, 540, "#246")));
  const writing = toPixels(await rasterize(drawCaption(scene, film.FRAME.width)));
  expect([writing.width, writing.height]).toEqual([film.FRAME.width, film.FRAME.height]);
  const { film: bytes, seconds } = await film.encodeFilm([
    { picture, seconds: TITLE_SECONDS },
    { picture, writing, seconds: scene.seconds },
  ]);
  const boxes = new Map(boxesOf(Buffer.from(bytes)));
  expect([...boxes.keys()].filter((name) => name === "moov/trak")).toHaveLength(1);
  const header = boxes.get("moov/mvhd")!;
  expect(header.readUInt32BE(16) / header.readUInt32BE(12)).toBeCloseTo(seconds, 1);
  expect(seconds).toBeCloseTo(TITLE_SECONDS + scene.seconds, 0);
  const track = boxes.get("moov/trak/tkhd")!;
  expect([track.readUInt32BE(76) / 65_536, track.readUInt32BE(80) / 65_536]).toEqual([640, 360]);
  expect(boxes.get("moov/trak/mdia/hdlr")!.toString("latin1", 8, 12)).toBe("vide");
  expect(Buffer.from(bytes).includes("avc1")).toBe(true);
});

test("A film that exceeds its time limit stops between two frames.", async () => {
  const picture = toPixels(await rasterize(plain(960, 540, "#246")));
  const over = AbortSignal.abort(new Error("The step took longer than 10 minutes."));
  await expect(film.encodeFilm([{ picture, seconds: 1 }], over)).rejects.toThrow("longer than 10 minutes");
});

test("Writing is laid over the lower part of a picture, and leaves the rest as it was.", async () => {
  const under = toPixels(await rasterize(plain(960, 540, "#3366cc")));
  layOver(under, toPixels(await rasterize(drawCaption(scene, 960))));
  expect(at(under, 480, 100)).toEqual([0x33, 0x66, 0xcc, 255]);
  const { box } = layOutCaption(scene);
  const row = Array.from({ length: 300 }, (_, x) => at(under, box.x + x, Math.round(box.y) + 24)[0]!);
  expect(Math.max(...row)).toBe(255);
  expect(Math.min(...row)).toBeLessThan(0x33);
});

test("A title is over the picture of its film, whatever is in it.", async () => {
  const backdrop = await rasterize(plain(960, 540, "#f00"));
  const title = toPixels(await rasterize(drawTitle(`<b>Tides & "moons"</b>`, backdrop)));
  const [red, green, blue] = at(title, 20, 20);
  expect(red).toBeGreaterThan(green! + 40);
  expect(red).toBeGreaterThan(blue! + 40);
});

test("Captions follow the film's frames, and nothing in a text ends a cue or begins another.", () => {
  const evil = { ...scene, number: 2, heading: "Then --> this", caption: "a\n\n00:00 <b>&\nc", seconds: 65 };
  expect(captionsOf("Tides", [scene, evil])).toBe(`WEBVTT

00:00:00.000 --> 00:00:01.583 line:5%
Tides

00:00:01.583 --> 00:00:02.917 line:5%
It begins
It begins with the tide.

00:00:02.917 --> 00:01:07.917 line:5%
Then --&gt; this
a 00:00 &lt;b&gt;&amp; c
`);
});

/** A JPEG of 8 × 8 grey pixels. */
const JPEG = Buffer.from(
  "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5PTgyPC4zNDL/wAALCAAIAAgBAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/APn+v//Z",
  "base64",
);

test("What an image model gives, of any size and format, becomes a picture as films are made of.", async () => {
  const right = await rasterize(plain(960, 540, "#246"));
  expect(await toStill(right)).toBe(right);
  const square = toPixels(await toStill(await rasterize(plain(512, 512, "#c00"))));
  expect([square.width, square.height, at(square, 0, 0)]).toEqual([960, 540, [0xcc, 0, 0, 255]]);
  const grey = toPixels(await toStill(JPEG));
  expect([grey.width, at(grey, 5, 5)[3]]).toEqual([960, 255]);
  await expect(toStill(Buffer.from("<html>"))).rejects.toThrow("a file that is no PNG, JPEG or WebP");
  await expect(toStill(JPEG.subarray(0, 40))).rejects.toThrow("a file of image/jpeg that cannot be read");
});

test("A picture's name depends on its content, and not on its position.", () => {
  const name = pictureName(scene, 1);
  expect(pictureName({ ...scene, number: 5, seconds: 9 }, 1)).toBe(name);
  const others = [
    pictureName(scene, 2),
    ...[
      { heading: "x" },
      { caption: "x" },
      { wish: "darker" },
      { seed: 0.5 },
      { style: "bold" as const },
    ].map((change) => pictureName({ ...scene, ...change }, 1)),
  ];
  expect(new Set([name, ...others]).size).toBe(7);
});

test("The handler that asks for pictures loads as it is bundled.", async () => {
  const { handler } = await withEnvironment(() => bundled<{ handler: unknown }>("draw-picture.lambda.ts"));
  expect(handler).toBeTypeOf("function");
});

async function withEnvironment<Value>(load: () => Promise<Value>): Promise<Value> {
  const names = ["TABLE", "QUEUE", "CONTROL_QUEUE", "ARTIFACTS", "VERSION"].map((name) => `MILLRACE_${name}`);
  Object.assign(process.env, Object.fromEntries(names.map((name) => [name, "x"])), {
    MILLRACE_RETENTION_DAYS: "90",
    AWS_REGION: "us-east-1",
  });
  return await load();
}
