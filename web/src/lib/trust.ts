/** Whose signatures count: the rules are those of docs/record.md, "Keys". */
import type { Fault } from "./faults";
import { hasMade, type Key, type Note } from "./notes";

/** A key that the record introduced, and from and up to which size it is good. */
export interface Term {
  key: Key;
  first: number;
  last: number;
}

/** The record's keys in their order, each good up to where the next one comes. */
export function termsOf(chain: { first: number; key: Key }[]): Term[] {
  const inOrder = chain.toSorted((one, other) => one.first - other.first);
  return inOrder.map(({ first, key }, at) => ({ key, first, last: inOrder[at + 1]?.first ?? Infinity }));
}

async function hasSigned(key: Key, notes: Note[], size: number): Promise<boolean> {
  for (const note of notes.filter((one) => one.size === size))
    for (const signature of note.signatures) if (await hasMade(key, note, signature)) return true;
  return false;
}

/** Which keys are trusted, as they are written; where none is held, the record's own word counts. */
export async function trustedOf(terms: Term[], held: Key[], notes: Note[]): Promise<Set<string>> {
  const texts = terms.map(({ key }) => key.text);
  const own = held.filter((one) => !one.isWitness).map((one) => one.text);
  const known = own.length ? texts.findLastIndex((text) => own.includes(text)) + 1 : texts.length;
  const trusted = new Set([...held.map((one) => one.text), ...texts.slice(0, known)]);
  for (const [at, { key, first }] of terms.entries()) {
    const before = terms[at - 1];
    if (!before || trusted.has(key.text) || !trusted.has(before.key.text)) continue;
    if ((await hasSigned(before.key, notes, first)) && (await hasSigned(key, notes, first))) trusted.add(key.text);
  }
  return trusted;
}

/** What is wrong with a note's signatures. */
export async function signatureFaults(
  note: Note,
  checkpoint: "kept" | "server",
  keys: { terms: Term[]; held: Key[]; trusted: Set<string> },
): Promise<Fault[]> {
  const faults: Fault[] = [];
  const tell = (name: Fault["name"]): unknown => faults.push({ name, sequence: note.size, checkpoint });
  const introduced = new Set(keys.terms.map(({ key }) => key.text));
  const beside = keys.held.filter((one) => !introduced.has(one.text)).map((key) => ({ key, first: 1, last: Infinity }));
  const all = [...keys.terms, ...beside];
  if (!note.signatures.some(({ name }) => name === note.origin)) tell("UNKNOWN_KEY");
  for (const one of note.signatures) {
    const isOwn = one.name === note.origin;
    const named = all.filter(({ key }) => key.keyId === one.keyId && key.name === one.name && (keys.trusted.has(key.text) || !isOwn));
    if (named.length === 0) {
      if (isOwn) tell("UNKNOWN_KEY");
      continue;
    }
    const made: Term[] = [];
    for (const term of named) if (await hasMade(term.key, note, one)) made.push(term);
    if (made.length === 0) tell("BAD_SIGNATURE");
    else if (!made.some(({ first, last }) => first <= note.size && note.size <= last)) tell("RETIRED_KEY");
  }
  return faults;
}
