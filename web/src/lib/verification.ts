/** Verifies a record as docs/record.md says, from what the server tells and what somebody kept. */
import { EntryCheck, type Told } from "./entrycheck";
import type { Fault } from "./faults";
import { same, unhex } from "./hashing";
import { Tree } from "./merkle";
import { hasMade, isSameTree, keyOf, type Key, type Note, noteOf } from "./notes";
import { signatureFaults, termsOf, trustedOf } from "./trust";

/** What the server tells. None of it is believed. */
export interface Source {
  /** Every checkpoint's note as it is written, with the size that it is kept under. */
  notes: () => Promise<{ size: number; note: string }[]>;
  /** The record's keys: from which size on, and the key as it is written. */
  keys: () => Promise<{ first: number; text: string }[]>;
  /** Numbers and leaves, hexadecimal, of what the latest checkpoint covers. */
  leaves: (size: number) => AsyncIterable<{ sequence: number; leaf: string }>;
  /** The entries that the viewer sees, in ascending order. */
  entries: () => AsyncIterable<Told>;
}

export interface Held {
  notes: Note[];
  keys: Key[];
}

export interface Found {
  faults: Fault[];
  latest: Note;
  /** How many entries were read whole, and how many beyond the latest checkpoint were read. */
  whole: number;
  beyond: number;
  checkpoints: number;
  held: Held;
  /** Witnesses whose keys are held, and the largest checkpoint that each of them signed. */
  witnessed: { name: string; note?: Note }[];
}

export interface Going {
  signal: AbortSignal;
  progress: (done: number, of: number) => void;
}

const SLICE = 30;
/** Milliseconds of work, after which the page has its turn. */
let since = 0;

async function giveWay(going: Going): Promise<void> {
  going.signal.throwIfAborted();
  if (performance.now() - since < SLICE) return;
  await new Promise((resolve) => setTimeout(resolve));
  since = performance.now();
}

interface Marked {
  note: Note;
  from: "kept" | "server";
}

class Roots {
  readonly faults: Fault[] = [];
  readonly #tree = new Tree();
  readonly #notes = new Map<number, Marked[]>();
  #rightUpTo = 0;
  #isWhole = true;

  constructor(notes: Marked[]) {
    for (const one of notes) this.#notes.set(one.note.size, [...(this.#notes.get(one.note.size) ?? []), one]);
  }

  /** Grow by a leaf; behind a gap there is no tree any more. */
  async grow(sequence: number, leaf: string): Promise<void> {
    const next = this.#tree.size + 1;
    if (this.#isWhole && sequence !== next) this.end(next);
    if (!this.#isWhole) return;
    await this.#tree.add(unhex(leaf));
    const notes = this.#notes.get(sequence);
    if (!notes) return;
    const root = await this.#tree.root();
    for (const { note, from } of notes)
      if (!same(root, note.root)) this.faults.push({ name: "ROOT_DIFFERS", sequence, checkpoint: from, rightUpTo: this.#rightUpTo });
    if (notes.some(({ note }) => same(root, note.root))) this.#rightUpTo = sequence;
  }

  end(missing: number): void {
    this.#isWhole = false;
    this.faults.push({ name: "ENTRY_MISSING", sequence: missing });
  }

  close(size: number): void {
    if (this.#isWhole && this.#tree.size < size) this.end(this.#tree.size + 1);
  }
}

function between(notes: Marked[], latest: Note): Fault[] {
  const faults: Fault[] = [];
  for (const { note, from } of notes) {
    const tell = (name: Fault["name"]): unknown => faults.push({ name, sequence: note.size, checkpoint: from });
    if (note.origin !== latest.origin) tell("WRONG_RECORD");
    if (note.size > latest.size) tell("RECORD_CUT");
    const other = notes.find((one) => one.note.size === note.size)!;
    if (!isSameTree(other.note, note)) tell("SPLIT_VIEW");
  }
  return faults;
}

/** That the record has no checkpoint yet: there is nothing to hold it against. */
export class UnsignedError extends Error {}

/** Read the server's notes, the largest first, and tell of those that are none. */
function read(told: { size: number; note: string }[]): { notes: Note[]; broken: Fault[] } {
  const notes: Note[] = [];
  const broken: Fault[] = [];
  for (const { size, note } of told) {
    try {
      notes.push(noteOf(note));
    } catch {
      broken.push({ name: "BROKEN_FILE", sequence: size, checkpoint: "server" });
    }
  }
  return { notes: notes.toSorted((one, other) => other.size - one.size), broken };
}

/** A server that has no checkpoint for who holds one has lost its record, or shows another. */
function nothingSigned(held: Held, broken: Fault[]): Found {
  const [latest] = held.notes.toSorted((one, other) => other.size - one.size);
  if (!latest && broken.length) throw new Error("no checkpoint can be read");
  if (!latest) throw new UnsignedError();
  const cut = held.notes.map(({ size }): Fault => ({ name: "RECORD_CUT", sequence: size, checkpoint: "kept" }));
  return { faults: [...broken, ...cut], latest, whole: 0, beyond: 0, checkpoints: 0, held, witnessed: [] };
}

/** The largest checkpoint that each witness signed whose key is held. */
async function witnessedBy(keys: Key[], notes: Note[]): Promise<Found["witnessed"]> {
  const witnesses = keys.filter((one) => one.isWitness);
  const inOrder = notes.toSorted((one, other) => other.size - one.size);
  return Promise.all(
    witnesses.map(async (key) => {
      for (const note of inOrder)
        for (const signature of note.signatures) if (await hasMade(key, note, signature)) return { name: key.name, note };
      return { name: key.name };
    }),
  );
}

/** Verify all of it. */
export async function verify(source: Source, held: Held, going: Going): Promise<Found> {
  const { notes: told, broken } = read(await source.notes());
  const latest = told[0];
  if (!latest) return nothingSigned(held, broken);
  const notes: Marked[] = [
    ...told.map((note) => ({ note, from: "server" as const })),
    ...held.notes.map((note) => ({ note, from: "kept" as const })),
  ];
  const roots = new Roots(notes);
  const check = new EntryCheck(notes.map(({ note }) => note));
  const { seen, beyond } = await readAll(source, latest.size, { roots, check, going });
  const isAll = check.whole === seen && seen >= latest.size;
  const chain = isAll && check.keys.length ? check.keys : await source.keys();
  const terms = termsOf(await Promise.all(chain.map(async ({ first, text }) => ({ first, key: await keyOf(text) }))));
  const trusted = await trustedOf(terms, held.keys, notes.map(({ note }) => note));
  const faults = [...broken, ...check.faults, ...(isAll ? check.removedSilently() : []), ...roots.faults, ...between(notes, latest)];
  for (const { note, from } of notes) faults.push(...(await signatureFaults(note, from, { terms, held: held.keys, trusted })));
  const inOrder = faults.toSorted((one, other) => one.sequence - other.sequence);
  const witnessed = await witnessedBy(held.keys, notes.map(({ note }) => note));
  return { faults: inOrder, latest, whole: check.whole, beyond, checkpoints: told.length, held, witnessed };
}

async function readAll(
  source: Source,
  size: number,
  { roots, check, going }: { roots: Roots; check: EntryCheck; going: Going },
): Promise<{ seen: number; beyond: number }> {
  const entries = source.entries()[Symbol.asyncIterator]();
  let next = await entries.next();
  let [seen, beyond] = [0, 0];
  const heed = async (leaf?: string): Promise<void> => {
    await check.heed(next.value as Told, leaf);
    seen += 1;
    next = await entries.next();
  };
  for await (const { sequence, leaf } of source.leaves(size)) {
    await giveWay(going);
    while (!next.done && next.value.sequence < sequence) await heed();
    await roots.grow(sequence, leaf);
    if (!next.done && next.value.sequence === sequence) await heed(leaf);
    going.progress(sequence, size);
  }
  roots.close(size);
  for (; !next.done; beyond += 1) {
    await giveWay(going);
    await heed();
  }
  return { seen, beyond };
}
