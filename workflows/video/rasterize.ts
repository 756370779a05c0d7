import regular from "@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf";
import bold from "@expo-google-fonts/inter/700Bold/Inter_700Bold.ttf";
import { initWasm, Resvg } from "@resvg/resvg-wasm";
import wasm from "@resvg/resvg-wasm/index_bg.wasm";

const ready = initWasm(wasm);

/** Turns an SVG into a PNG. */
export async function rasterize(svg: string): Promise<Uint8Array> {
  await ready;
  const picture = new Resvg(svg, { font: { fontBuffers: [regular, bold], defaultFontFamily: "Inter" } });
  return picture.render().asPng();
}
