/** What things and values are called where two moments are compared. */
import { fieldName } from "./entries";
import { shell } from "./shell.svelte";
import { count, day, say, time } from "./words.svelte";

const subjects: Record<string, [string, string]> = {
  Cycle: ["PDCAサイクル", "Cycle"],
  Sheet: ["進捗管理シート", "Sheet"],
  Indicator: ["指標", "Indicator"],
  Project: ["取組事業", "Project"],
  Ownership: ["所管", "Ownership"],
  Finding: ["監査委員の指摘", "Finding"],
  Evidence: ["証拠書類", "Evidence"],
  Rollout: ["横展開", "Rollout"],
  Plan: ["計画", "Plan"],
  PlanRevision: ["計画の版", "Plan revision"],
  Policy: ["基本方針", "Policy"],
  Category: ["分類", "Category"],
  Department: ["課", "Department"],
  Group: ["グループ", "Group"],
  Person: ["職員", "Person"],
  Appointment: ["任命", "Appointment"],
  Delegation: ["代決", "Delegation"],
  Grade: ["達成度の区分", "Grade"],
  RecordKey: ["署名鍵", "Signing key"],
};
const fields: Record<string, [string, string]> = {
  answer: ["回答", "Answer"],
  answerDueOn: ["回答の期限", "Answer due"],
  answeredAt: ["回答した日時", "Answered"],
  answeredBy: ["回答した人", "Answered by"],
  attachedAt: ["添付した日時", "Attached"],
  attachedBy: ["添付した人", "Attached by"],
  carriedOverFrom: ["引き継いだ指標", "Carried over from"],
  category: ["分類", "Category"],
  code: ["番号", "Code"],
  conclusion: ["結び", "Conclusion"],
  cycle: ["サイクル", "Cycle"],
  fiscalYear: ["年度", "Fiscal year"],
  followUpOn: ["措置の期限", "Follow-up due"],
  mediaType: ["ファイルの種類", "Media type"],
  message: ["提案の内容", "Message"],
  newProject: ["新しい取組", "New project"],
  note: ["説明", "Note"],
  number: ["番号", "Number"],
  openedAt: ["開いた日時", "Opened"],
  part: ["シートの欄", "Part"],
  person: ["職員", "Person"],
  plan: ["計画", "Plan"],
  previous: ["前年度のサイクル", "Last year’s cycle"],
  project: ["取組事業", "Project"],
  raisedAt: ["指摘した日時", "Raised"],
  raisedBy: ["指摘した人", "Raised by"],
  role: ["役割", "Role"],
  rolledOutFrom: ["横展開の元", "Rolled out from"],
  sha256: ["ファイルの要約値", "SHA-256"],
  size: ["大きさ（バイト）", "Size (bytes)"],
  staffNumber: ["職員番号", "Staff number"],
  text: ["内容", "Text"],
};
const values: Record<string, Record<string, [string, string]>> = {
  direction: {
    EXPAND: ["拡充", "Expand"],
    CONTINUE: ["継続", "Continue"],
    REVISE: ["見直し", "Revise"],
    REDUCE: ["縮小", "Reduce"],
    COMPLETE: ["完了", "Complete"],
    ABOLISH: ["廃止", "Abolish"],
  },
  part: {
    PLAN: ["計画", "Plan"],
    RESULTS: ["実績", "Results"],
    EVALUATION: ["評価", "Evaluation"],
    IMPROVEMENT: ["改善", "Improvement"],
  },
  role: {
    STAFF: ["担当者", "Staff"],
    LEAD: ["課長・グループリーダー", "Lead"],
    OFFICE: ["DX推進担当", "Office"],
    AUDITOR: ["監査委員", "Auditor"],
    ADMIN: ["システム管理者", "Administrator"],
  },
  status: {
    OPEN: ["未回答", "Open"],
    ANSWERED: ["回答済み", "Answered"],
    CLOSED: ["終了", "Closed"],
    PROPOSED: ["提案中", "Proposed"],
    ACCEPTED: ["受入れ", "Accepted"],
    DECLINED: ["辞退", "Declined"],
  },
};

export function subjectName(subject: string): string {
  return say(...(subjects[subject] ?? [subject, subject]));
}

export function changedName(field: string): string {
  const known = fields[field];
  return known ? say(...known) : fieldName(field);
}

/** A value as people write it. */
export function valueName(field: string, value: string): string {
  const known = values[field]?.[value];
  if (known) return say(...known);
  if (field === "stage") return shell.stageName(value);
  if (field === "status") return shell.statusName(value);
  if (field === "fiscalYear") return shell.yearName(Number(value));
  if (value === "true") return say("はい", "Yes");
  if (value === "false") return say("いいえ", "No");
  if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return day(value);
  if (/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/.test(value)) return time(value);
  if (/Yen$/.test(field) || field === "size") return count(Number(value));
  return value.startsWith("[") ? listed(value) : value;
}

function listed(value: string): string {
  try {
    const items: unknown = JSON.parse(value);
    return Array.isArray(items) && items.every((one) => typeof one === "string") ? items.join("\n") : value;
  } catch {
    return value;
  }
}
