import type { Scene } from "../../../workflows/video/steps.ts";

export const TIDE: Scene = {
  number: 1,
  heading: "It begins",
  caption: "It begins with the tide.",
  setting: "waves",
  style: "calm",
  hue: 210,
  seed: 0.4,
  wish: "",
  seconds: 1,
};
