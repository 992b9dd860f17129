/** Entry after entry: each is held against its leaf, against those before it and the checkpoints. */
import { isCanonical } from "./canonical";
import type { Fault, FaultName } from "./faults";
import { hex, sha256, utf8 } from "./hashing";
import { leafOf } from "./merkle";
import type { Note } from "./notes";

/** An entry as the API tells it; body and openings are null where the viewer may not see all of it. */
export interface Told {
  sequence: number;
  recordedAt: string;
  leafHash: string;
  body: string | null;
  openings: string[] | null;
}

interface Body {
  sequence: number;
  kind: string;
  municipality: string;
  recordedAt: string;
  details: { removed?: { commitments: string[] }[]; key?: string };
}

const SEALED = /\{"sealed":"([0-9a-f]{64})"\}/g;

export class EntryCheck {
  /** How many were read whole. */
  whole = 0;
  faults: Fault[] = [];
  /** The keys that entries introduce: from which size on, and the key as it is written. */
  keys: { first: number; text: string }[] = [];
  readonly #notes: Note[];
  readonly #missing = new Map<string, number>();
  readonly #removed = new Set<string>();
  #municipality: string | undefined;
  #latest = "";
  #last = 0;

  constructor(notes: Note[]) {
    this.#notes = notes;
  }

  #tell(name: FaultName, sequence: number): void {
    this.faults.push({ name, sequence });
  }

  /** Look at an entry; the leaf is the one that stands in the tree, where a checkpoint covers it. */
  async heed(told: Told, leaf: string | undefined): Promise<void> {
    const { sequence, body } = told;
    // An entry that comes again, or out of turn, would be held against no leaf.
    if (sequence <= this.#last) {
      this.#tell("ENTRY_MOVED", sequence);
      return;
    }
    this.#last = sequence;
    const said = told.leafHash.replace("sha256:", "");
    const own = body === null ? said : hex(await leafOf(body));
    if (own !== (leaf ?? said) || own !== said) {
      this.#tell("ENTRY_CHANGED", sequence);
      return;
    }
    if (body === null) return;
    this.whole += 1;
    if (!isCanonical(body)) {
      this.#tell("NOT_CANONICAL", sequence);
      return;
    }
    await this.#open(sequence, body, told.openings ?? []);
    this.#read(told, JSON.parse(body) as Body);
  }

  #read(told: Told, body: Body): void {
    const { sequence } = told;
    if (body.sequence !== sequence) this.#tell("ENTRY_MOVED", sequence);
    if ((this.#municipality ??= body.municipality) !== body.municipality) this.#tell("WRONG_RECORD", sequence);
    if (body.recordedAt !== told.recordedAt) this.#tell("STATE_DIFFERS", sequence);
    if (body.recordedAt < this.#latest) this.#tell("TIME_BACKWARDS", sequence);
    this.#latest = body.recordedAt;
    const fits = ({ size, time }: Note): boolean => (sequence > size ? body.recordedAt >= time : body.recordedAt <= time);
    if (!this.#notes.every(fits)) this.#tell("TIME_OF_CHECKPOINT", sequence);
    if (body.kind === "KEY_CHANGED" && body.details.key) this.keys.push({ first: sequence, text: body.details.key });
    if (body.kind !== "REDACTED") return;
    for (const one of body.details.removed ?? []) for (const commitment of one.commitments) this.#removed.add(commitment);
  }

  async #open(sequence: number, body: string, openings: string[]): Promise<void> {
    const sealed = new Set(Array.from(body.matchAll(SEALED), ([, hash]) => hash!));
    for (const opening of openings) {
      const hash = hex(await sha256(utf8(opening)));
      if (!sealed.delete(hash)) this.#tell("OPENING_FALSE", sequence);
    }
    for (const hash of sealed) this.#missing.set(hash, sequence);
  }

  /** To be asked at the end: what is missing without a redaction; only who sees all entries can tell. */
  removedSilently(): Fault[] {
    return [...this.#missing]
      .filter(([hash]) => !this.#removed.has(hash))
      .map(([, sequence]) => ({ name: "REMOVED_SILENTLY", sequence }));
  }
}
