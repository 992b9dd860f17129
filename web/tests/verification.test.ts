import { afterEach, expect, it, vi } from "vitest";
import { isCanonical } from "../src/lib/canonical";
import type { Told } from "../src/lib/entrycheck";
import { base64, hex, isSigned, sha256, unhex, utf8 } from "../src/lib/hashing";
import { leafOf, rootBy, Tree } from "../src/lib/merkle";
import { hasMade, keyOf, keysIn, noteOf, notesIn } from "../src/lib/notes";
import { proved, unproved } from "../src/lib/verdict";
import { type Held, type Source, UnsignedError, verify } from "../src/lib/verification";
import record from "./record.json";

// The language that is chosen is kept in the browser.

type Record = typeof record;

/** A town's record with two keys, as a copy of it says; it is changed by whoever plants a fault. */
function fresh(): Record {
  return structuredClone(record);
}

function when(body: string): string {
  return /"recordedAt":"([^"]+)"/.exec(body)![1]!;
}

async function* each<T>(items: T[]): AsyncGenerator<T> {
  for (const item of items) yield await Promise.resolve(item);
}

function source(from: Record, withheld: number[] = []): Source {
  const told = from.entries.map(({ sequence, leaf, body, openings }): Told => {
    const isSeen = !withheld.includes(sequence);
    return {
      sequence,
      leafHash: `sha256:${leaf}`,
      recordedAt: when(body),
      body: isSeen ? body : null,
      openings: isSeen ? openings : null,
    };
  });
  return {
    notes: () => Promise.resolve(from.notes.map((note) => ({ size: Number(note.split("\n")[1]), note }))),
    keys: () => Promise.resolve(record.entries.flatMap(({ body, sequence }) => {
      const key = /"key":"([^"]+)"/.exec(body)?.[1];
      return key ? [{ first: sequence, text: key }] : [];
    })),
    leaves: () => each(from.entries.map(({ sequence, leaf }) => ({ sequence, leaf }))),
    entries: () => each(told),
  };
}

const going = { signal: new AbortController().signal, progress: () => undefined };
const nothing: Held = { notes: [], keys: [] };

async function faults(from: Record, held: Held = nothing, withheld: number[] = []): Promise<string[]> {
  const found = await verify(source(from, withheld), held, going);
  return found.faults.map(({ name, sequence, checkpoint }) => [name, sequence, checkpoint].filter(Boolean).join(" "));
}

async function held(): Promise<Held> {
  return { notes: notesIn(record.kept), keys: await keysIn(record.keys[0]!) };
}

async function rehash(from: Record, sequence: number): Promise<void> {
  const entry = from.entries[sequence - 1]!;
  entry.leaf = hex(await leafOf(entry.body));
}

afterEach(() => vi.unstubAllGlobals());

it("hashes and roots are those of RFC 9162", async () => {
  const leaves = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
  const tree = new Tree();
  expect(hex(await tree.root())).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  const roots = [];
  for (const leaf of leaves) {
    await tree.add(await sha256(Uint8Array.of(0), unhex(leaf)));
    roots.push(hex(await tree.root()));
  }
  expect(roots[0]).toBe("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
  expect(roots[6]).toBe("ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c");
  expect(roots[7]).toBe("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
});

it("a path leads to the root, and to no other", async () => {
  const leaves = await Promise.all(["a", "b", "c"].map(leafOf));
  const tree = new Tree();
  for (const leaf of leaves) await tree.add(leaf);
  const [a, b, c] = leaves as [typeof leaves[0], typeof leaves[0], typeof leaves[0]];
  expect(await rootBy(0, 3, a, [b, c])).toEqual(await tree.root());
  expect(await rootBy(1, 3, a, [b, c])).not.toEqual(await tree.root());
  expect(await rootBy(0, 3, a, [b])).toBeUndefined();
  expect(await rootBy(3, 3, a, [b, c])).not.toEqual(await tree.root());
});

it("canonical JSON is that of RFC 8785", () => {
  expect(isCanonical('{"a":[1,null,true],"あ":"\\n/"}')).toBe(true);
  for (const other of ['{"b":1,"a":2}', '{"a": 1}', '{"a":1,"a":1}', '{"a":1.0}', '{"a":"\\u3042"}', '{"a":"\\ud800"}', "{", '{"a":-0}'])
    expect(isCanonical(other), other).toBe(false);
});

it("signatures are those of RFC 8032, by the browser and by the library", async () => {
  const key = unhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  const signature = unhex("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b");
  const wrong = signature.map((byte, index) => (index === 5 ? byte ^ 1 : byte));
  expect([await isSigned(signature, utf8(""), key), await isSigned(wrong, utf8(""), key)]).toEqual([true, false]);
  vi.stubGlobal("crypto", {});
  vi.resetModules();
  const without = await import("../src/lib/hashing");
  expect([await without.isSigned(signature, utf8(""), key), await without.isSigned(wrong, utf8(""), key)]).toEqual([true, false]);
  expect(hex(await without.sha256(utf8("abc")))).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  expect([without.hashedBy(), await without.signaturesBy()]).toEqual(["library", "library"]);
});

it("a witness's cosignature is one over its time too", async () => {
  const pair = (await crypto.subtle.generateKey({ name: "Ed25519" }, true, ["sign", "verify"]));
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const data = Uint8Array.from([4, ...raw]);
  const id = (await sha256(utf8("w.example\n"), data)).subarray(0, 4);
  const key = await keyOf(`w.example+${hex(id)}+${btoa(String.fromCharCode(...data))}`);
  const note = noteOf(record.kept);
  const signed = new Uint8Array(await crypto.subtle.sign("Ed25519", pair.privateKey, utf8(`cosignature/v1\ntime 256\n${note.text}`)));
  const signature = { name: "w.example", keyId: hex(id), data: Uint8Array.from([0, 0, 0, 0, 0, 0, 1, 0, ...signed]) };
  expect(await hasMade(key, note, signature)).toBe(true);
  signature.data[7] = 1;
  expect(await hasMade(key, note, signature)).toBe(false);
});

it("an honest record has no fault, held against what was kept, seen whole or not", async () => {
  expect(await faults(fresh())).toEqual([]);
  expect(await faults(fresh(), await held())).toEqual([]);
  expect(await faults(fresh(), await held(), [3, 28, 30])).toEqual([]);
  const found = await verify(source(fresh(), [3]), nothing, going);
  expect([found.whole, found.checkpoints, found.latest.size]).toEqual([34, 5, 35]);
});

it("what somebody pasted is read whatever an editor made of it", () => {
  const mangled = `\uFEFF${record.kept.replaceAll("\n", "\r\n").trimEnd()}`;
  expect(notesIn(mangled).map(({ note }) => note)).toEqual([record.kept]);
  expect(notesIn(record.notes.join("\n"))).toHaveLength(5);
  expect(notesIn("議事録")).toEqual([]);
});

it("one changed byte is told by its entry", async () => {
  const from = fresh();
  from.entries[11]!.body = from.entries[11]!.body.replace('"revision":', '"revisiom":');
  from.entries[20]!.body += " ";
  expect(await faults(from)).toEqual(["ENTRY_CHANGED 12", "ENTRY_CHANGED 21"]);
});

it("a rewritten entry with a leaf of its own is told by the roots", async () => {
  const from = fresh();
  from.entries[11]!.body = from.entries[11]!.body.replace(/"reason":"[^"]*"/, '"reason":"x"');
  await rehash(from, 12);
  const found = await verify(source(from), await held(), going);
  const roots = found.faults.filter(({ name }) => name === "ROOT_DIFFERS");
  expect(roots).toHaveLength(6);
  expect(roots[0]).toMatchObject({ sequence: 27, rightUpTo: 0 });
  const late = fresh();
  late.entries[31]!.body = late.entries[31]!.body.replace(/"reason":"[^"]*"/, '"reason":"x"');
  await rehash(late, 32);
  expect((await verify(source(late), nothing, going)).faults[0]).toMatchObject({ name: "ROOT_DIFFERS", sequence: 34, rightUpTo: 29 });
});

it("what is missing is told", async () => {
  const from = fresh();
  from.entries.splice(9, 1);
  expect(await faults(from)).toEqual(["ENTRY_MISSING 10"]);
  const end = fresh();
  end.entries.pop();
  expect(await faults(end)).toEqual(["ENTRY_MISSING 35"]);
  const cut = fresh();
  cut.entries.splice(28);
  cut.notes = cut.notes.slice(0, 2);
  expect(await faults(cut, await held())).toEqual(["RECORD_CUT 29 kept"]);
});

it("bodies that say something else than they should are told", async () => {
  const from = fresh();
  const entry = from.entries[34]!;
  entry.body = entry.body.replace('"sequence":35', '"sequence":36').replace(/"recordedAt":"\d{4}/, '"recordedAt":"2020');
  await rehash(from, 35);
  expect(await faults(from)).toEqual(["ENTRY_MOVED 35", "TIME_BACKWARDS 35", "TIME_OF_CHECKPOINT 35", "ROOT_DIFFERS 35 server"]);
  const spaced = fresh();
  spaced.entries[34]!.body += " ";
  await rehash(spaced, 35);
  expect(await faults(spaced)).toEqual(["NOT_CANONICAL 35", "ROOT_DIFFERS 35 server"]);
});

it("openings that are false, or missing without a redaction, are told", async () => {
  const from = fresh();
  const at = from.entries.findIndex(({ openings }) => openings.length > 1);
  from.entries[at]!.openings[0] = `${from.entries[at]!.openings[0]!}x`;
  expect(await faults(from)).toEqual([`OPENING_FALSE ${at + 1}`, `REMOVED_SILENTLY ${at + 1}`]);
  from.entries[at]!.openings.shift();
  expect(await faults(from)).toEqual([`REMOVED_SILENTLY ${at + 1}`]);
  expect(await faults(from, nothing, [2]), "who does not see all cannot tell").toEqual([]);
});

it("a time that is shown otherwise than it was recorded is told", async () => {
  const from = source(fresh());
  const entries = from.entries;
  from.entries = async function* () {
    for await (const one of entries()) yield one.sequence === 7 ? { ...one, recordedAt: "2030-01-01T00:00:00.000000Z" } : one;
  };
  expect((await verify(from, nothing, going)).faults).toEqual([{ name: "STATE_DIFFERS", sequence: 7 }]);
});

it("signatures by nobody, by the wrong one, and by one that is retired are told", async () => {
  const wrong = fresh();
  wrong.notes[4] = wrong.notes[4]!.replace(/(?<=U)g(?=U=\n$)/, "h");
  expect(await faults(wrong)).toEqual(["BAD_SIGNATURE 35 server"]);
  const unknown = fresh();
  unknown.notes[4] = unknown.notes[4]!.replace(/(?<=35 )pogI|(?<=— meguru\/024465 )pogI/, "AAAA");
  expect(await faults(unknown)).toEqual(["UNKNOWN_KEY 35 server"]);
  const unvouched = fresh();
  unvouched.notes.splice(1, 1);
  expect(await faults(unvouched, await held())).toContain("UNKNOWN_KEY 35 server");
  const broken = fresh();
  broken.notes[0] = broken.notes[0]!.replace("time ", "Time ");
  expect(await faults(broken)).toEqual(["BROKEN_FILE 27 server"]);
});

it("a key counts for the sizes that it is good for", async () => {
  const from = source(fresh(), [2]);
  const [first, second] = await from.keys();
  from.keys = () => Promise.resolve([first!, { ...second!, first: 34 }]);
  const found = await verify(from, nothing, going);
  expect(found.faults.map(({ name, sequence }) => `${name} ${sequence}`)).toEqual(["RETIRED_KEY 28", "RETIRED_KEY 29"]);
});

it("keys and base64 that are not as they should be are none", async () => {
  const [key] = await keysIn(record.keys[0]!);
  expect(key?.isWitness).toBe(false);
  for (const other of [record.keys[0]!.replace("60ccfea3", "60ccfea4"), record.keys[0]!.replace("+AQ9h", "+BQ9h"), "x+y"])
    await expect(keyOf(other), other).rejects.toThrow();
  expect(() => base64("AB==")).toThrow();
  expect(base64("AA==")).toEqual(Uint8Array.of(0));
});

it("two histories of one size are told, and another town's checkpoint", async () => {
  const other = await held();
  other.notes = [noteOf(record.kept.replace(/\n29\n..../, "\n29\nAAAA"))];
  expect(await faults(fresh(), other)).toEqual(["ROOT_DIFFERS 29 kept", "SPLIT_VIEW 29 kept", "BAD_SIGNATURE 29 kept"]);
  other.notes = [noteOf(record.kept.replaceAll("024465", "012025"))];
  expect(await faults(fresh(), other)).toEqual(["WRONG_RECORD 29 kept", "UNKNOWN_KEY 29 kept"]);
});

it("without a checkpoint there is nothing to say", async () => {
  const from = fresh();
  from.notes = [];
  await expect(verify(source(from), nothing, going)).rejects.toBeInstanceOf(UnsignedError);
});

it("an entry that is told again is held against no leaf, and found out", async () => {
  const from = fresh();
  const honest = source(from);
  const forged = from.entries[4]!.body.replace('"sequence":5', '"sequence":5 ');
  const again: Told = { sequence: 5, leafHash: `sha256:${hex(await leafOf(forged))}`, recordedAt: when(forged), body: forged, openings: [] };
  async function* entries(): AsyncGenerator<Told> {
    for await (const told of honest.entries()) {
      yield told;
      if (told.sequence === 5) yield again;
    }
  }
  const found = await verify({ ...honest, entries }, nothing, going);
  expect(found.faults).toEqual([{ name: "ENTRY_MOVED", sequence: 5 }]);
  expect(found.whole).toBe(from.entries.length);
});

it("a server without checkpoints has lost what somebody holds one of", async () => {
  const from = fresh();
  from.notes = [];
  const kept = await held();
  expect(await faults(from, kept)).toEqual([`RECORD_CUT ${kept.notes[0]!.size} kept`]);
  from.notes = ["x\n5\nno checkpoint"];
  expect(await faults(from, kept)).toEqual(["BROKEN_FILE 5 server", `RECORD_CUT ${kept.notes[0]!.size} kept`]);
  await expect(verify(source(from), nothing, going)).rejects.not.toBeInstanceOf(UnsignedError);
});

it("a witness's key proves nothing about the record's own, nor that the witness signed", async () => {
  const id = await sha256(utf8("witness.example\n"), Uint8Array.of(4, ...new Uint8Array(32)));
  const witness = { name: "witness.example", keyId: hex(id.subarray(0, 4)), key: new Uint8Array(32), isWitness: true, text: "w" };
  const found = await verify(source(fresh()), { notes: [], keys: [witness] }, going);
  const verdict = { found, at: "2026-11-30T00:00:00Z", hashedBy: "browser", signaturesBy: "browser", secure: true } as const;
  expect(proved(verdict).join()).toContain("このサーバーが示した公開鍵");
  expect(proved(verdict).join()).not.toContain("立会人");
  expect(unproved(verdict).join()).toContain("署名が本物の鍵によるものであること");
  expect(unproved(verdict).join()).toContain("この立会人の署名のあるチェックポイントはありません");
});

it("a checkpoint that is not whole is told, not passed over", () => {
  const other = record.notes[0]!.split("\n");
  for (const damaged of [[...other.slice(0, 2), "x", ...other.slice(3)], other.slice(0, 4), other.slice(2)])
    expect(() => notesIn(`${record.kept}\n${damaged.join("\n")}`)).toThrow();
  expect(notesIn(`議事録 — 第1回\n${record.kept}`)).toHaveLength(1);
});
