/** What a field of the record says, as people read it. */
import type { Words } from "./entries";
import { roleNames } from "./roles";
import { directions } from "./sheet";
import { count, day, fiscalYear, say, time } from "./words.svelte";

export const parts: Record<string, Words> = {
  PLAN: ["計画", "Plan"],
  RESULTS: ["実績", "Results"],
  EVALUATION: ["評価", "Evaluation"],
  IMPROVEMENT: ["改善", "Improvement"],
};
export const authorities: Record<string, Words> = {
  OWN: ["本人の権限", "Own authority"],
  ON_BEHALF: ["代決", "On behalf of somebody"],
  CONSOLE: ["サーバーの管理者", "The server’s operator"],
  DOOR: ["サインイン前", "Before signing in"],
};
export const findingStatuses: Record<string, Words> = {
  OPEN: ["未回答", "Not answered"],
  ANSWERED: ["回答済み", "Answered"],
  CLOSED: ["終了", "Closed"],
};
const rolloutStatuses: Record<string, Words> = {
  PROPOSED: ["提案中", "Proposed"],
  ACCEPTED: ["受入れ", "Accepted"],
  DECLINED: ["辞退", "Declined"],
};
export const stages: Record<string, Words> = {
  PLAN: ["計画", "Plan"],
  DO: ["実行", "Do"],
  CHECK: ["分析・評価", "Check"],
  ACTION: ["見直し・改善", "Action"],
  CLOSED: ["終了", "Closed"],
};
const projectStatuses: Record<string, Words> = {
  ACTIVE: ["実施中", "Active"],
  SUSPENDED: ["休止", "Suspended"],
  COMPLETED: ["完了", "Completed"],
  ABOLISHED: ["廃止", "Abolished"],
};
const statuses: Record<string, Record<string, Words>> = {
  Finding: findingStatuses,
  Rollout: rolloutStatuses,
  Project: projectStatuses,
};
const methods: Record<string, Words> = {
  PASSWORD: ["パスワード", "Password"],
  LINK: ["一回限りのリンク", "One-time link"],
  PROVIDER: ["職員用の認証基盤", "Identity provider"],
  PROXY: ["庁内の認証サーバー", "Proxy"],
};
const ID = /^[a-z]{2,5}_[0-9a-f]{32}$/;

export const isId = (value: string | null): boolean => value !== null && ID.test(value);

/** A value of a list of words in the language that is chosen; itself where the list lacks it. */
export function word(list: Record<string, Words>, value: string | null | undefined): string {
  return value === null || value === undefined ? "–" : say(...(list[value] ?? [value, value]));
}

export const methodName = (value: string | null): string => word(methods, value);

function list(text: string): string {
  const items: unknown = JSON.parse(text);
  if (!Array.isArray(items)) return text;
  return items.map((one) => (typeof one === "string" ? `・${one}` : JSON.stringify(one))).join("\n");
}

/** A value as text; `names` has what ids stand for. */
export function valueText(
  change: { subject: string; field: string },
  value: string | null,
  names: ReadonlyMap<string, string> = new Map(),
): string {
  const { subject, field } = change;
  if (value === null || value === "") return "–";
  if (isId(value)) return names.get(value) ?? say("（名称を表示できません）", "(name not shown)");
  if (value === "true") return say("はい", "Yes");
  if (value === "false") return say("いいえ", "No");
  if (field === "stage") return word(stages, value);
  if (field === "status") return word(statuses[subject] ?? {}, value);
  if (field === "role") return word(roleNames, value);
  if (field === "direction") return word(directions, value);
  if (field === "part") return word(parts, value);
  if (/On$/.test(field) && /^\d{4}-\d\d-\d\d$/.test(value)) return day(value);
  if (/At$/.test(field) && /^\d{4}-\d\d-\d\dT/.test(value)) return time(value);
  if ((field.endsWith("Yen") || field === "size") && /^\d+$/.test(value)) return count(Number(value));
  if (/iscalYear$/.test(field)) return fiscalYear(Number(value));
  if (value.startsWith("[")) {
    try {
      return list(value);
    } catch {
      return value;
    }
  }
  return value;
}

/** How long something took, in the largest unit that tells enough. */
export function duration(seconds: number): string {
  const days = seconds / 86_400;
  if (days >= 1) return say(`${count(Math.floor(days))}日`, `${count(Math.floor(days))} d`);
  const hours = Math.floor(seconds / 3_600);
  if (hours >= 1) return say(`${hours}時間`, `${hours} h`);
  return say(`${Math.floor(seconds / 60)}分`, `${Math.floor(seconds / 60)} min`);
}
