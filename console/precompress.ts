import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Plugin } from "vite";

/** Bytes below which the additional headers are larger than the savings. */
const WORTHWHILE = 1_024;
/** Files that are compressed already (fonts, images) do not become smaller. */
const COMPRESSIBLE = /\.(?:css|html|js|json|map|svg)$/;

const ENCODINGS: Record<string, (content: Buffer) => Buffer> = {
  br: (content) =>
    brotliCompressSync(content, {
      params: {
        [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
        [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
      },
    }),
  gz: (content) => gzipSync(content, { level: constants.Z_BEST_COMPRESSION }),
};

/** Writes each built file also as brotli and gzip, so that the server compresses nothing. */
export function precompress(): Plugin {
  return {
    name: "precompress",
    apply: "build",
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        for (const [fileName, output] of Object.entries(bundle)) {
          const content = Buffer.from(output.type === "chunk" ? output.code : output.source);
          if (!COMPRESSIBLE.test(fileName) || content.length < WORTHWHILE) continue;
          for (const [ending, compress] of Object.entries(ENCODINGS))
            this.emitFile({ type: "asset", fileName: `${fileName}.${ending}`, source: compress(content) });
        }
      },
    },
  };
}
