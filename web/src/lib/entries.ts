/** What kinds of entries and fields are called. */
import { say } from "./words.svelte";

const kinds: Record<string, [string, string]> = {
  Transition: ["遷移", "Move"],
  SheetEdit: ["シートの編集", "Sheet edited"],
  StatusChange: ["状態の変更", "Status changed"],
  OwnershipTransfer: ["所管替え", "Ownership transferred"],
  Correction: ["訂正", "Correction"],
  Refusal: ["拒否された操作", "Refused attempt"],
  PlanImport: ["計画の取込み", "Plan loaded"],
  PlanRevised: ["計画の見直し", "Plan revised"],
  ProjectAddition: ["取組事業の追加", "Project added"],
  ProjectChange: ["取組事業の変更", "Project changed"],
  RolloutProposal: ["横展開の提案", "Rollout proposed"],
  RolloutAnswer: ["横展開の回答", "Rollout answered"],
  FindingEntry: ["指摘", "Finding"],
  EvidenceEntry: ["証拠書類", "Evidence"],
  CommentEntry: ["コメント", "Comment"],
  Redaction: ["墨消し", "Redaction"],
};
const moves: Record<string, [string, string]> = {
  START: ["実行を始めた", "Started"],
  REPORT_INTERIM: ["中間報告", "Interim report"],
  REVISE_PLAN: ["計画の見直し", "Plan revised"],
  SUBMIT_RESULTS: ["実績を提出した", "Results submitted"],
  EVALUATE: ["評価した", "Evaluated"],
  CLOSE: ["終了した", "Closed"],
  SEND_BACK: ["差し戻した", "Sent back"],
  RESCIND: ["取り消した", "Rescinded"],
  OPEN_NEXT: ["次年度を開いた", "Next year opened"],
};
const fields: Record<string, [string, string]> = {
  stage: ["段階", "Stage"],
  enteredStageAt: ["段階に入った日時", "Entered the stage"],
  dueOn: ["期限", "Due"],
  goal: ["目標", "Goal"],
  schedule: ["スケジュール", "Schedule"],
  budgetYen: ["予算（円）", "Budget (yen)"],
  activities: ["取組の実績", "Activities"],
  spentYen: ["決算（円）", "Spent (yen)"],
  grade: ["達成度", "Grade"],
  gradeLabel: ["達成度（表示）", "Grade's label"],
  issues: ["課題", "Issues"],
  improvement: ["改善の内容", "Improvement"],
  direction: ["今後の方向性", "Direction"],
  name: ["名称", "Name"],
  unit: ["単位", "Unit"],
  baseline: ["現状値", "Baseline"],
  target: ["目標値", "Target"],
  actual: ["実績値", "Actual"],
  qualitativeGoal: ["数値でない目標", "Goal in words"],
  reasonNoNumber: ["数値にできない理由", "Why no number fits"],
  result: ["結果", "Result"],
  reasonNotMeasured: ["測定できない理由", "Why not measured"],
  withdrawn: ["取下げ", "Withdrawn"],
  status: ["状態", "Status"],
  evaluator: ["評価した人", "Evaluator"],
  planRevision: ["計画の版", "Plan's revision"],
  department: ["課", "Department"],
  group: ["グループ", "Group"],
  startsOn: ["開始日", "First day"],
  endsOn: ["終了日", "Last day"],
  title: ["取組名", "Title"],
  content: ["内容", "Content"],
  expectedEffects: ["期待される効果", "Expected effects"],
};

export function kindName(entry: { __typename: string; trigger?: string }): string {
  const move = entry.trigger === undefined ? undefined : moves[entry.trigger];
  return say(...(move ?? kinds[entry.__typename] ?? [entry.__typename, entry.__typename]));
}

export function fieldName(field: string): string {
  return say(...(fields[field] ?? [field, field]));
}
