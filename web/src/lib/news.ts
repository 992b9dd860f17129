/** News in words and in order: pure, so that it can be tested. */
import { dayIn } from "./today";

export interface Item {
  seen: boolean;
  reason: string;
  entry: {
    __typename: string;
    sequence: number;
    recordedAt: string;
    actor: { person: { id: string; name: string } | null };
    project: { code: string } | null;
    cycle: { fiscalYear: number } | null;
    kind?: string;
  };
}

/** Several edits of one sheet by one person on one day are one line: how many, and the latest. */
export interface Line<T extends Item> {
  item: T;
  times: number;
}

export interface Day<T extends Item> {
  day: string;
  lines: Line<T>[];
}

/** What was done, by trigger, as one is told of it; a list of facts says it shorter. */
export const told: Record<string, [ja: string, en: string]> = {
  START: ["実行を始めました", "Started"],
  REPORT_INTERIM: ["中間報告をしました", "Reported interim results"],
  REVISE_PLAN: ["計画を見直しました", "Revised the plan"],
  SUBMIT_RESULTS: ["実績を提出しました", "Submitted results"],
  EVALUATE: ["評価しました", "Evaluated"],
  CLOSE: ["サイクルを終了しました", "Closed the cycle"],
  SEND_BACK: ["差し戻しました", "Sent back"],
  RESCIND: ["直前の操作を取り消しました", "Rescinded the last move"],
  OPEN_NEXT: ["次年度を開きました", "Opened the next year"],
  SUSPEND: ["休止しました", "Suspended"],
  RESUME: ["再開しました", "Resumed"],
  COMPLETE: ["完了としました", "Completed"],
  ABOLISH: ["廃止しました", "Abolished"],
  REOPEN: ["再び開きました", "Reopened"],
};

/** The days of the items, which come latest first, each with its lines. */
export function byDay<T extends Item>(items: readonly T[]): Day<T>[] {
  const days: Day<T>[] = [];
  for (const item of items) {
    const day = dayIn(Date.parse(item.entry.recordedAt));
    let last = days.at(-1);
    if (last?.day !== day) {
      last = { day, lines: [] };
      days.push(last);
    }
    const same = last.lines.find((line) => isSameEdit(line.item, item));
    if (same) same.times++;
    else last.lines.push({ item, times: 1 });
  }
  return days;
}

function isSameEdit(one: Item, other: Item): boolean {
  return (
    one.entry.__typename === "SheetEdit" &&
    other.entry.__typename === "SheetEdit" &&
    one.seen === other.seen &&
    one.entry.project?.code === other.entry.project?.code &&
    one.entry.actor.person?.id === other.entry.actor.person?.id
  );
}

const places: Record<string, string> = {
  CommentEntry: "#comments",
  FindingEntry: "#findings",
};

/** Where what an item tells of is to be seen. */
export function placeOf({ entry }: Item): string {
  if (entry.__typename === "FindingEntry" && !entry.project) return "/history/findings";
  if (!entry.project) return `/history/${entry.sequence}`;
  const year = entry.cycle ? `?year=${entry.cycle.fiscalYear}` : "";
  return `/projects/${entry.project.code}${year}${places[entry.__typename] ?? ""}`;
}
