import { createHash, randomBytes, randomUUID } from "node:crypto";

/** The source of every id and every jitter of the local cloud, so that a seed repeats a history. */
export interface Random {
  /** A number in [0, 1). */
  fraction(): number;
  bytes(length: number): Buffer;
  uuid(): string;
}

/** Number of bytes read from the system at once: the call costs more than the bytes. */
const POOL = 4096;
/** Bytes of one digest: enough for some ids, which is all that many sources need. */
const SEEDED_POOL = 512;

/** The machine's randomness. */
export function systemRandom(): Random {
  let pool = Buffer.alloc(0);
  const drawn = fromBytes((length) => {
    if (pool.length < length) pool = randomBytes(Math.max(POOL, length));
    const taken = pool.subarray(0, length);
    pool = pool.subarray(length);
    return taken;
  });
  return { ...drawn, uuid: randomUUID };
}

/** The same sequence for the same seed: SHAKE256 of the seed and a counter. */
export function seededRandom(seed: string | number): Random {
  let counter = 0;
  let pool = Buffer.alloc(0);
  return fromBytes((length) => {
    while (pool.length < length) {
      const more = createHash("shake256", { outputLength: SEEDED_POOL })
        .update(`${seed}:${counter++}`)
        .digest();
      pool = Buffer.concat([pool, more]);
    }
    const taken = pool.subarray(0, length);
    pool = pool.subarray(length);
    return taken;
  });
}

function fromBytes(bytes: (length: number) => Buffer): Random {
  return {
    bytes,
    fraction: () => bytes(6).readUIntBE(0, 6) / 2 ** 48,
    uuid() {
      const b = Buffer.from(bytes(16));
      b[6] = (b[6]! & 0x0f) | 0x40;
      b[8] = (b[8]! & 0x3f) | 0x80;
      const hex = b.toString("hex");
      return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join(
        "-",
      );
    },
  };
}
