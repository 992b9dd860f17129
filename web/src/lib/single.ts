/** One entry, proved to be in the tree of the latest checkpoint (C2SP tlog-proof). */
import { ENTRY_BODY } from "../api/verify";
import { ask } from "./client";
import type { Fault } from "./faults";
import { base64, type Bytes, same, unhex } from "./hashing";
import { leafOf, rootBy } from "./merkle";
import { type Key, keyOf, type Note, noteOf } from "./notes";
import { plain, UnansweredError } from "./recordsource";
import { signatureFaults, termsOf, trustedOf } from "./trust";
import type { Source } from "./verification";

export interface Proof {
  index: number;
  path: Bytes[];
  note: Note;
}

export interface Single {
  sequence: number;
  faults: Fault[];
  note: Note;
  /** Whether its body was read, or only its hash is known. */
  whole: boolean;
  steps: number;
}

/** Read a proof. Throws where it is none. */
function proofOf(text: string): Proof {
  const at = text.indexOf("\n\n");
  const [format, index, ...path] = text.slice(0, at).split("\n");
  const number = /^index ([0-9]{1,15})$/.exec(index ?? "")?.[1];
  if (format !== "c2sp.org/tlog-proof@v1" || number === undefined) throw new Error("no proof");
  return { index: Number(number), path: path.map(base64), note: noteOf(text.slice(at + 2)) };
}

/** Whether a proof leads from a leaf to the root of its checkpoint. */
export async function leads(proof: Proof, sequence: number, leaf: Bytes): Promise<boolean> {
  const root = await rootBy(sequence - 1, proof.note.size, leaf, proof.path);
  return proof.index === sequence - 1 && root !== undefined && same(root, proof.note.root);
}

/** The entry's leaf: computed where its body may be read. */
async function leafFor(sequence: number, signal: AbortSignal): Promise<{ leaf: Bytes; whole: boolean }> {
  const answer = await ask(ENTRY_BODY, { sequence }, { fresh: true });
  if (answer.trouble) throw new UnansweredError(answer.trouble);
  const entry = answer.data.entry;
  if (entry?.body != null) return { leaf: await leafOf(entry.body), whole: true };
  const told = (await plain(`leaves/${sequence}`, signal))?.split("\n")[0]?.split(" ")[1] ?? "";
  return { leaf: unhex(told), whole: false };
}

/** Look at one entry; undefined where no checkpoint covers it. */
export async function verifyOne(sequence: number, source: Source, held: Key[], signal: AbortSignal): Promise<Single | undefined> {
  const told = await source.notes();
  if (!told.some(({ size }) => sequence <= size)) return undefined;
  const text = await plain(`proof/${sequence}`, signal);
  if (text === undefined) return undefined;
  const proof = proofOf(text);
  const { leaf, whole } = await leafFor(sequence, signal);
  const chain = await Promise.all((await source.keys()).map(async ({ first, text: key }) => ({ first, key: await keyOf(key) })));
  const terms = termsOf(chain);
  const notes = told.map(({ note }) => noteOf(note));
  const trusted = await trustedOf(terms, held, notes);
  const faults = await signatureFaults(proof.note, "server", { terms, held, trusted });
  if (!(await leads(proof, sequence, leaf))) faults.unshift({ name: whole ? "ENTRY_CHANGED" : "PROOF_FALSE", sequence });
  return { sequence, faults, note: proof.note, whole, steps: proof.path.length };
}
