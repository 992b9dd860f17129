/** Checkpoints as signed notes (C2SP tlog-checkpoint), and the keys that sign them. */
import { base64, type Bytes, concat, hex, isSigned, same, sha256, utf8 } from "./hashing";

const HEAD = /^([^\n]+)\n([1-9][0-9]{0,14})\n([A-Za-z0-9+/]{43}=)\ntime ([0-9-]{10}T[0-9:]{8}\.[0-9]{6}Z)\n$/;
const LINE = /^— ([^ \n]+) ([A-Za-z0-9+/=]+)$/;
const KEY = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/;
const NOTE = /[^\n]+\n[1-9][0-9]*\n[A-Za-z0-9+/]{43}=\ntime [^\n]+\n\n(?:— [^\n]+(?:\n|$))+/g;
/** What is left of a checkpoint that is not whole. */
const STRAY = /^(?:— \S+ [A-Za-z0-9+/=]+$|time [0-9-]{10}T)/m;
const ED25519 = 1;
const COSIGNATURE = 4;

export interface Signature {
  name: string;
  keyId: string;
  data: Bytes;
}
export interface Note {
  /** The whole of it, with its signatures. */
  note: string;
  /** What is signed. */
  text: string;
  origin: string;
  size: number;
  root: Bytes;
  time: string;
  signatures: Signature[];
}
export interface Key {
  name: string;
  keyId: string;
  key: Bytes;
  isWitness: boolean;
  text: string;
}

/** Read a note. Throws where it is none. */
export function noteOf(note: string): Note {
  const at = note.indexOf("\n\n") + 1;
  const text = note.slice(0, at);
  const [, origin, size, root, time] = HEAD.exec(text) ?? [];
  const lines = note.slice(at + 1).split("\n");
  if (!origin || !root || !time || lines.pop() !== "" || lines.length === 0) throw new Error("no checkpoint");
  return { note, text, origin, size: Number(size), root: base64(root), time, signatures: lines.map(signatureOf) };
}

function signatureOf(line: string): Signature {
  const [, name, data] = LINE.exec(line) ?? [];
  if (!name || !data) throw new Error("no signature");
  const all = base64(data);
  return { name, keyId: hex(all.subarray(0, 4)), data: all.slice(4) };
}

/** Read a verifier key. Throws where it is none. */
export async function keyOf(text: string): Promise<Key> {
  const [, name, keyId, rest] = KEY.exec(text) ?? [];
  if (!name || !keyId || !rest) throw new Error("no key");
  const data = base64(rest);
  const id = hex((await sha256(utf8(`${name}\n`), data)).subarray(0, 4));
  if (id !== keyId || data.length !== 33 || (data[0] !== ED25519 && data[0] !== COSIGNATURE)) throw new Error("no key");
  return { name, keyId, key: data.slice(1), isWitness: data[0] === COSIGNATURE, text };
}

/** Whether a key made a signature of a note: as the record's own, or as a witness. */
export async function hasMade(key: Key, note: Note, signature: Signature): Promise<boolean> {
  if (key.name !== signature.name || key.keyId !== signature.keyId) return false;
  if (!key.isWitness) return isSigned(signature.data, utf8(note.text), key.key);
  if (signature.data.length !== 72) return false;
  const seconds = new DataView(signature.data.buffer).getBigUint64(signature.data.byteOffset);
  const message = concat(utf8(`cosignature/v1\ntime ${seconds.toString()}\n`), utf8(note.text));
  return isSigned(signature.data.slice(8), message, key.key);
}

/** Every checkpoint in what somebody pasted or opened; throws where one of them is not whole. Whatever an editor or a printer's dialog added is left out. */
export function notesIn(text: string): Note[] {
  const plain = text.replaceAll("\uFEFF", "").replaceAll(/[ \t]*\r?\n/g, "\n");
  if (STRAY.test(plain.replaceAll(NOTE, ""))) throw new Error("part of a checkpoint");
  return Array.from(`${plain.trim()}\n`.matchAll(NOTE), ([one]) => noteOf(one.endsWith("\n") ? one : `${one}\n`));
}

/** Every verifier key in what somebody pasted. */
export async function keysIn(text: string): Promise<Key[]> {
  const words = text.replaceAll("\uFEFF", "").split(/\s+/).filter(Boolean);
  return Promise.all(words.map(keyOf));
}

export function isSameTree(one: Note, other: Note): boolean {
  return one.size === other.size && same(one.root, other.root);
}
