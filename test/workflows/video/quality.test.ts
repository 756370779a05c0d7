import { beforeAll, describe, expect, test } from "vitest";
import { drawCard } from "../../../workflows/video/card.ts";
import { drawScene } from "../../../workflows/video/picture.ts";
import { type Pixels, toPixels } from "../../../workflows/video/pixels.ts";
import { checkQuality, findAlike } from "../../../workflows/video/quality.ts";
import { Scene } from "../../../workflows/video/steps.ts";
import { HEIGHT, WIDTH } from "../../../workflows/video/svg.ts";
import { bundled } from "./bundled.ts";

let draw: (svg: string) => Promise<Pixels>;
beforeAll(async () => {
  const { rasterize } = await bundled<typeof import("../../../workflows/video/rasterize.ts")>("rasterize.ts");
  draw = async (svg) => toPixels(await rasterize(svg));
});

const scene: Scene = {
  number: 2,
  heading: "A closer look",
  caption: "Come nearer, and the tide is more than it seems.",
  setting: "waves",
  style: "calm",
  hue: 210,
  seed: 0.4,
  wish: "",
  seconds: 4.1,
};
/** A picture that is nothing but stripes of two colours, one above the other. */
const stripes = (one: string, other: string) =>
  draw(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">${Array.from(
      { length: 27 },
      (_, at) => `<rect y="${at * 20}" width="${WIDTH}" height="20" fill="${at % 2 ? one : other}"/>`,
    ).join("")}</svg>`,
  );

describe("a good scene passes:", () => {
  const { setting, style } = Scene.shape;
  test.each(setting.options.flatMap((place) => style.options.map((manner) => [place, manner] as const)))(
    "%s, %s, in a warm and a cold colour",
    async (place, manner) => {
      for (const hue of [60, 250]) {
        const drawn = { ...scene, setting: place, style: manner, hue };
        const quality = checkQuality(drawn, "embedded", await draw(drawScene(drawn)));
        expect([hue, quality]).toEqual([hue, { confidence: expect.closeTo(1, 0), findings: [] }]);
        expect(quality.confidence).toBeGreaterThanOrEqual(0.7);
      }
    },
  );
});

describe("a bad picture is found, with a message:", () => {
  test("a caption on a background of the same brightness", async () => {
    const quality = checkQuality(scene, "a model", await stripes("#fff", "#e8f0ff"));
    expect(quality.confidence).toBeLessThan(0.5);
    expect(quality.findings.join()).toMatch(
      /The caption is hard to read against the picture: a contrast of \d\.\d to 1/,
    );
    expect(checkQuality(scene, "a model", await stripes("#112", "#469")).findings).toEqual([]);
  });

  test("a picture of one colour", async () => {
    const quality = checkQuality(scene, "a model", await stripes("#203040", "#213141"));
    expect(quality).toEqual({ confidence: 0.1, findings: ["The picture is almost of one colour."] });
  });

  test("a caption that goes by before it is read", async () => {
    const fast = { ...scene, seconds: 1.5 };
    const quality = checkQuality(fast, "embedded", await draw(drawScene(fast)));
    expect(quality.confidence).toBeLessThan(0.5);
    expect(quality.findings).toEqual([
      "The caption goes by too fast: 32 letters a second, and 20 can be read.",
    ]);
  });

  test("a caption that does not fit", async () => {
    const long = {
      ...scene,
      caption: "And then there is more to be said of it. ".repeat(6).trim(),
      seconds: 20,
    };
    const quality = checkQuality(long, "embedded", await draw(drawScene(long)));
    expect(quality.confidence).toBeLessThan(0.5);
    expect(quality.findings).toEqual([expect.stringMatching(/^The caption is too long .* …" is shown\.$/)]);
  });

  test("a card, of which a person is notified, and for which no one is asked", async () => {
    const quality = checkQuality(scene, "card", await draw(drawCard(scene)));
    expect(quality).toEqual({
      confidence: 0.6,
      findings: ["A card replaces the picture, which could not be made."],
    });
  });
});

test("Neighbours that look alike are named, and those that are like others are not.", async () => {
  const pictureOf = async (number: number, more: Partial<Scene>) => ({
    number,
    picture: await draw(drawScene({ ...scene, ...more })),
  });
  const scenes = [
    await pictureOf(1, { setting: "hills", hue: 20, seed: 0.1 }),
    await pictureOf(2, { setting: "waves", hue: 157, seed: 0.5 }),
    await pictureOf(3, { setting: "waves", hue: 175, seed: 0.5 }),
    await pictureOf(4, { setting: "hills", hue: 20, seed: 0.1 }),
  ];
  expect(findAlike(scenes)).toEqual(["Scenes 2 and 3 look alike."]);
});

test("What an editor wishes is drawn, and another take is another picture.", async () => {
  const brightness = ({ data }: Pixels) => data.reduce((sum, value) => sum + value, 0) / data.length;
  const [plain, darker, brighter] = await Promise.all(
    ["", "darker, please", "brighter"].map(async (wish) =>
      brightness(await draw(drawScene({ ...scene, wish }))),
    ),
  );
  expect(darker!).toBeLessThan(plain! - 10);
  expect(brighter!).toBeGreaterThan(plain! + 10);
  expect(drawScene(scene, 1)).toBe(drawScene({ ...scene, number: 9, seconds: 9 }, 1));
  expect(drawScene(scene, 2)).not.toBe(drawScene(scene, 1));
});
