/** What can be wrong with a record, by the names that docs/record.md gives. */
import { count, say } from "./words.svelte";

export type FaultName =
  | "BROKEN_FILE"
  | "WRONG_RECORD"
  | "ENTRY_CHANGED"
  | "NOT_CANONICAL"
  | "ENTRY_MISSING"
  | "ENTRY_MOVED"
  | "TIME_BACKWARDS"
  | "TIME_OF_CHECKPOINT"
  | "ROOT_DIFFERS"
  | "RECORD_CUT"
  | "BAD_SIGNATURE"
  | "UNKNOWN_KEY"
  | "RETIRED_KEY"
  | "SPLIT_VIEW"
  | "OPENING_FALSE"
  | "REMOVED_SILENTLY"
  | "STATE_DIFFERS"
  | "PROOF_FALSE";

export interface Fault {
  name: FaultName;
  /** The entry that shows it, or the last one that a checkpoint covers. */
  sequence: number;
  /** Of which checkpoint it is told; entries have none. */
  checkpoint?: "kept" | "server";
  /** The last entry up to which a checkpoint's root was right, where the root differs. */
  rightUpTo?: number;
}

const meanings: Record<FaultName, [string, string]> = {
  BROKEN_FILE: ["チェックポイントとして読めません。", "It cannot be read as a checkpoint."],
  WRONG_RECORD: ["別の団体の記録です。", "It is of another record."],
  ENTRY_CHANGED: ["記録の本文が、記録されたあとに書き換えられています。", "The entry was rewritten after it had been recorded."],
  NOT_CANONICAL: ["記録の書き方が決まりと違います。読み方によって別の内容に見えるおそれがあります。", "The entry is not in canonical form: others may read something else in it."],
  ENTRY_MISSING: ["記録が抜けています。", "The entry is missing."],
  ENTRY_MOVED: ["記録の番号が、置かれている場所と合いません。", "The entry says another number than where it stands."],
  TIME_BACKWARDS: ["前の記録より早い時刻が付いています。", "It is dated before the entry before it."],
  TIME_OF_CHECKPOINT: ["記録の時刻が、チェックポイントの時刻と合いません。", "Its time does not fit a checkpoint’s."],
  ROOT_DIFFERS: ["記録全体から計算した値が、署名された値と違います。署名のあとに記録が書き換えられています。", "The entries give another root than was signed: they were rewritten since."],
  RECORD_CUT: ["チェックポイントにある件数より、記録が少なくなっています。終わりが失われたか、古いバックアップに戻されています。", "The record is shorter than the checkpoint says: its end was lost, or an old backup was put back."],
  BAD_SIGNATURE: ["署名が正しくありません。", "The signature is not right."],
  UNKNOWN_KEY: ["確かめられる鍵で署名されていません。", "It is not signed by a key that is trusted."],
  RETIRED_KEY: ["この件数には使えない鍵で署名されています。", "It is signed by a key that is not good for this size."],
  SPLIT_VIEW: ["同じ件数で内容の違うチェックポイントがあります。別々の記録が見せられています。", "Two checkpoints of one size differ: two histories were shown."],
  OPENING_FALSE: ["表示される名前や文が、記録に封じられたものと違います。", "A name or text that is shown is not the one that was sealed."],
  REMOVED_SILENTLY: ["墨消しの記録がないのに、名前や文が失われています。", "A name or text is missing, and no redaction tells of it."],
  STATE_DIFFERS: ["サーバーの示す日時が、記録にある日時と違います。", "The server shows another time than the entry says."],
  PROOF_FALSE: ["証明が、署名された値につながりません。", "The proof does not lead to the signed root."],
};

export function meaning(name: FaultName): string {
  return say(...meanings[name]);
}

/** Where it is, for people. */
export function place({ name, sequence, checkpoint, rightUpTo }: Fault): string {
  if (checkpoint === undefined) return `No.${sequence}`;
  const size = count(sequence);
  const note = checkpoint === "kept" ? say(`お手元のチェックポイント（${size}件）`, `Your checkpoint of ${size} entries`) : say(`チェックポイント（${size}件）`, `Checkpoint of ${size} entries`);
  if (name !== "ROOT_DIFFERS") return note;
  return `${note}${say(`：No.${(rightUpTo ?? 0) + 1}～No.${sequence}のどれか`, `: one of No.${(rightUpTo ?? 0) + 1}–${sequence}`)}`;
}

/** The first entry that is known to be wrong. */
export function firstWrong(faults: Fault[]): number | undefined {
  const entries = faults.filter((one) => one.checkpoint === undefined).map((one) => one.sequence);
  return entries.length ? Math.min(...entries) : undefined;
}
