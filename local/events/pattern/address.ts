/**
 * The bytes of an IP address literal, 4 or 16; undefined for any other text. An IPv4 address that is mapped
 * into IPv6 ("::ffff:a00:1") counts as IPv4.
 */
export function parseAddress(text: string): number[] | undefined {
  return text.includes(":") ? parseVersion6(text) : parseVersion4(text);
}

/** A test for the addresses of a block: "10.0.0.0/24", "2001:db8::/32". Throws an Error that says what is wrong. */
export function cidrBlock(text: string): (address: string) => boolean {
  const [network = "", bits, ...more] = text.replace(/\/+$/, "").split("/");
  if (bits === undefined || more.length > 0) throw new Error("Malformed CIDR, one '/' required");
  if (!/^[+-]?\d+$/.test(bits)) throw new Error("Malformed CIDR, mask bits must be an integer");
  const fixed = Number(bits);
  if (fixed < 0) throw new Error("Malformed CIDR, mask bits must not be negative");
  const base = parseAddress(network);
  if (!base) throw new Error(`Nonstandard IP address: ${network}`);
  if (base.length === 4 && fixed > 31) throw new Error("IPv4 mask bits must be < 32");
  if (fixed > 127) throw new Error("IPv6 mask bits must be < 128");
  const masks = base.map((_, at) => 0xff & ~(0xff >> Math.min(8, Math.max(0, fixed - 8 * at))));
  return (address) => {
    const bytes = parseAddress(address);
    return (
      bytes?.length === base.length && bytes.every((byte, at) => ((byte ^ base[at]!) & masks[at]!) === 0)
    );
  };
}

/** The block that holds this address alone. */
export function sameAddress(address: number[]): (text: string) => boolean {
  return (text) => {
    const bytes = parseAddress(text);
    return bytes?.length === address.length && bytes.every((byte, at) => byte === address[at]);
  };
}

function parseVersion4(text: string): number[] | undefined {
  if (!/^\d+\.\d+\.\d+\.\d+$/.test(text)) return undefined;
  const bytes = text.split(".").map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : undefined;
}

function parseVersion6(text: string): number[] | undefined {
  if (!/^[0-9a-fA-F:]*$/.test(text)) return undefined;
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const given = [...head!, ...(tail ?? [])];
  if (!given.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  const missing = 8 - given.length;
  if (tail ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head!, ...Array<string>(missing).fill("0"), ...(tail ?? [])].map((group) =>
    Number.parseInt(group, 16),
  );
  const bytes = groups.flatMap((group) => [group >> 8, group & 0xff]);
  const mapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
  return mapped ? bytes.slice(12) : bytes;
}
