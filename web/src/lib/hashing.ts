/**
 * SHA-256 and Ed25519: the browser's own, or an audited library's where the browser has none, as on
 * networks without HTTPS.
 */

export type Bytes = Uint8Array<ArrayBuffer>;
type Verify = (signature: Bytes, message: Bytes, key: Bytes) => Promise<boolean>;

/** What computes, for it to be told; undefined before it was found out. */
export type Means = "browser" | "library";

const encoder = new TextEncoder();

export function utf8(text: string): Bytes {
  return encoder.encode(text);
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function unhex(text: string): Bytes {
  if (!/^(?:[0-9a-f]{2})*$/.test(text)) throw new Error("no hexadecimal digits");
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** Base64 with padding and without stray bits; anything else is refused. */
export function base64(text: string): Bytes {
  const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  if (toBase64(bytes) !== text) throw new Error("no canonical base64");
  return bytes;
}

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

export function concat(...parts: Uint8Array[]): Bytes {
  const all = new Uint8Array(parts.reduce((sum, one) => sum + one.length, 0));
  let at = 0;
  for (const one of parts) {
    all.set(one, at);
    at += one.length;
  }
  return all;
}

export function same(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}

/** Undefined outside of secure contexts, whatever its type says. */
function subtle(): SubtleCrypto | undefined {
  return (globalThis.crypto as Crypto | undefined)?.subtle;
}

export function hashedBy(): Means {
  return subtle() ? "browser" : "library";
}

let sha: ((data: Bytes) => Bytes) | undefined;

export async function sha256(...parts: Uint8Array[]): Promise<Bytes> {
  const data = concat(...parts);
  const own = subtle();
  if (own) return new Uint8Array(await own.digest("SHA-256", data));
  sha ??= (await import("@noble/hashes/sha2.js")).sha256 as (data: Bytes) => Bytes;
  return sha(data);
}

async function verifyByBrowser(own: SubtleCrypto): Promise<Verify | undefined> {
  try {
    const pair = await own.generateKey({ name: "Ed25519" }, false, ["sign", "verify"]);
    if (!("publicKey" in pair)) return undefined;
  } catch {
    return undefined;
  }
  return async (signature, message, key) => {
    const imported = await own.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
    return await own.verify({ name: "Ed25519" }, imported, signature, message);
  };
}

async function verifyByLibrary(): Promise<Verify> {
  const [ed, { sha512 }] = await Promise.all([import("@noble/ed25519"), import("@noble/hashes/sha2.js")]);
  ed.hashes.sha512 = (message) => sha512(message);
  return (signature, message, key) => Promise.resolve(ed.verify(signature, message, key, { zip215: false }));
}

let signing: Promise<{ verify: Verify; means: Means }> | undefined;

async function findSigning(): Promise<{ verify: Verify; means: Means }> {
  const own = subtle();
  const verify = own && (await verifyByBrowser(own));
  return verify ? { verify, means: "browser" } : { verify: await verifyByLibrary(), means: "library" };
}

export async function signaturesBy(): Promise<Means> {
  return (await (signing ??= findSigning())).means;
}

/** Whether a key signed a message; what is no key or no signature did not. */
export async function isSigned(signature: Bytes, message: Bytes, key: Bytes): Promise<boolean> {
  const { verify } = await (signing ??= findSigning());
  try {
    return await verify(signature, message, key);
  } catch {
    return false;
  }
}
