/** What a verification says, in words for the minutes. */
import { firstWrong, meaning, place } from "./faults";
import { hex, type Means } from "./hashing";
import type { Found } from "./verification";
import { count, say, time } from "./words.svelte";

export interface Verdict {
  found: Found;
  /** When it ended, by this device's clock. */
  at: string;
  hashedBy: Means;
  signaturesBy: Means;
  /** Whether the connection is encrypted. */
  secure: boolean;
}

export function headline({ faults }: Found): string {
  if (faults.length === 0) return say("異状は見つかりませんでした。", "Nothing wrong was found.");
  const first = firstWrong(faults);
  const all = say(`異状が${count(faults.length)}件見つかりました。`, `${count(faults.length)} faults were found. `);
  return first === undefined
    ? `${all}${say("どの記録かは、下の表の範囲までしか分かりません。", "Which entry it is can only be told as far as the table says.")}`
    : `${all}${say(`最初に異状があるのは No.${first} です。`, `The first wrong entry is No.${first}.`)}`;
}

function readWhole({ latest, whole, beyond }: Found): string {
  const rest = Math.max(0, latest.size + beyond - whole);
  const all = say(`本文まで読んで確かめた記録は${count(whole)}件です。`, `${count(whole)} entries were read whole. `);
  if (rest === 0) return all;
  return (
    all +
    say(
      `残りの${count(rest)}件は、本文を見る権限がないためサーバーから示されず、要約値（ハッシュ値）だけを計算に入れました。`,
      `The server did not show you the other ${count(rest)}, which you may not see whole: they entered the computation by their hashes alone.`,
    )
  );
}

/** Whether the record's own key is held; a witness's key says nothing of it. */
function holdsKey({ held }: Found): boolean {
  return held.keys.some((one) => !one.isWitness);
}

/** What was found to be right; to be told only where nothing is wrong. */
export function proved({ found }: Verdict): string[] {
  const { latest, checkpoints, held, witnessed } = found;
  const size = count(latest.size);
  return [
    say(
      `No.1からNo.${latest.size}までの${size}件を一件ずつ計算し直した値は、${time(latest.time)}に署名された値と一致しました。サーバーにあるチェックポイント${count(checkpoints)}個は、すべて計算と合っています。`,
      `The root computed anew from entries 1 to ${latest.size} is the one that was signed on ${time(latest.time)}; all ${count(checkpoints)} checkpoints of the server agree with the computation.`,
    ),
    readWhole(found),
    holdsKey(found)
      ? say("署名は、お手元の公開鍵で確かめました。", "The signatures were checked with the public key that you hold.")
      : say("署名は、このサーバーが示した公開鍵で確かめました。", "The signatures were checked with the key that this server shows."),
    ...witnessed.flatMap(({ name, note }) =>
      note
        ? say(
            `立会人 ${name} が${count(note.size)}件の時点に署名したことを、お手元の公開鍵で確かめました。`,
            `The witness ${name} signed the checkpoint of ${count(note.size)} entries, as the key that you hold shows.`,
          )
        : [],
    ),
    ...held.notes.map((note) =>
      say(
        `お手元のチェックポイント（${count(note.size)}件、${time(note.time)}）のあと、そこまでの記録に変更・削除・追加・並べ替えはありません。`,
        `Since your checkpoint of ${count(note.size)} entries (${time(note.time)}) none of them was changed, removed, added or moved.`,
      ),
    ),
  ];
}

/** What stays unproved, and what to do about it. */
export function unproved({ found, secure }: Verdict): string[] {
  const { held, beyond, witnessed } = found;
  const lines = [
    say("記録をした人が、その本人だったかどうか。記録から分かるのは、どの職員のアカウントかまでです。", "Who sat at the keyboard: an entry says whose account it was."),
    say("入力された内容が事実かどうか。", "That what was entered is true."),
    say("画面や集計の表示が記録どおりかどうか。写しを取って検証すると確かめられます。", "That screens and figures show what the record says: verify a copy for that."),
    say("このページのプログラムが正しいかどうか。プログラムも同じサーバーから届いています。サーバーを疑うときは、写しを取り、別の端末で検証プログラムを使って確かめてください。", "That this page’s program is right: it came from the same server. Where that is in doubt take a copy, and verify it elsewhere with the verifier."),
  ];
  if (held.notes.length === 0)
    lines.unshift(say("以前から変わっていないこと。お手元にチェックポイントがないため、分かるのは、サーバーの示すものどうしが食い違っていないことだけです。", "That it is what it was before: without a checkpoint that you kept, this only shows that the server does not contradict itself."));
  else
    lines.unshift(say("お手元の最後のチェックポイントより後の記録が、その後に書き換えられていないこと。新しいチェックポイントを受け取り、サーバーとは別の場所に保管してください。", "What happened after the last checkpoint that you hold: take a new one, and keep it elsewhere."));
  for (const { name, note } of witnessed)
    if (!note) lines.unshift(say(`立会人 ${name} が見ていたこと。この立会人の署名のあるチェックポイントはありません。`, `That the witness ${name} looked on: no checkpoint bears a signature of theirs.`));
  if (!holdsKey(found))
    lines.unshift(say("署名が本物の鍵によるものであること。公開鍵は、担当者から直接受け取ったものを入れてください。", "That the key is the real one: enter the key that was handed to you in person."));
  if (beyond) lines.push(say(`まだ署名されていない新しい記録${count(beyond)}件。次のチェックポイントに含まれます。`, `The ${count(beyond)} newest entries, which are not signed yet: the next checkpoint covers them.`));
  if (!secure)
    lines.push(say("通信の途中で書き換えられていないこと。この接続は暗号化されていません（http）。", "That nothing was changed on the way: this connection is not encrypted (http)."));
  return lines;
}

export function meansWords(verdict: Verdict): string {
  const one = (means: Means): string => (means === "browser" ? say("ブラウザーの機能", "the browser") : say("同梱の計算プログラム（noble）", "the library that comes with the page (noble)"));
  return say(
    `計算に使ったもの：要約値は${one(verdict.hashedBy)}、署名は${one(verdict.signaturesBy)}`,
    `Computed by: hashes, ${one(verdict.hashedBy)}; signatures, ${one(verdict.signaturesBy)}`,
  );
}

/** The whole of it as a text, for the minutes. */
export function minutes(verdict: Verdict, host: string): string {
  const { found } = verdict;
  const isRight = found.faults.length === 0;
  const list = (title: string, lines: string[]): string[] => (lines.length ? ["", `■ ${title}`, ...lines.map((line) => `・${line}`)] : []);
  return [
    say("記録の検証の結果", "Verification of the record"),
    `${say("対象", "Record")}: ${found.latest.origin} (${host})`,
    `${say("検証した日時", "Verified on")}: ${time(verdict.at)}`,
    `${say("結果", "Result")}: ${headline(found)}`,
    ...list(say("見つかった異状", "Faults"), found.faults.map((fault) => `${place(fault)} ${meaning(fault.name)} [${fault.name}]`)),
    ...(isRight ? list(say("確かめられたこと", "Proved"), proved(verdict)) : []),
    ...list(say("確かめられないこと", "Not proved"), unproved(verdict)),
    "",
    meansWords(verdict),
    `${say("計算し直した値", "Root of the checkpoint")}: ${hex(found.latest.root)}`,
    "",
    `■ ${say("検証したチェックポイント", "The checkpoint")}`,
    found.latest.note,
  ].join("\r\n").replaceAll(/\r?\n/g, "\r\n");
}
