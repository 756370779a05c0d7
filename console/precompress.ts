import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Plugin } from "vite";

/** Bytes below which the headers that tell of it outweigh what is saved. */
const WORTHWHILE = 1_024;
/** What is compressed already (fonts, pictures) does not become smaller. */
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

/** Lays each built file beside itself as brotli and as gzip, so that whoever serves it compresses nothing. */
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
