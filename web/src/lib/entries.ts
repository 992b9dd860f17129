/** What entries of the record, what they changed, and its fields are called. */
import { say } from "./words.svelte";

export { fieldName } from "./fields";
export type Words = [ja: string, en: string];

/** What kinds of entries there are, in the groups that a filter shows them in. */
export const kindGroups: { name: Words; kinds: Record<string, Words> }[] = [
  {
    name: ["取組の進み", "Progress"],
    kinds: {
      TRANSITION: ["段階の移動", "Moves of stages"],
      SHEET_EDITED: ["シートの編集", "Sheet edited"],
      STATUS_CHANGED: ["状態の変更（休止・再開など）", "Status changed"],
      EVIDENCE_ATTACHED: ["証拠書類の添付", "Evidence attached"],
      EVIDENCE_WITHDRAWN: ["証拠書類の取下げ", "Evidence withdrawn"],
      COMMENTED: ["コメント", "Comment"],
      COMMENT_WITHDRAWN: ["コメントの取下げ", "Comment withdrawn"],
      REFUSAL: ["できなかった操作", "Refused attempts"],
    },
  },
  {
    name: ["計画と所管", "Plan and ownership"],
    kinds: {
      PLAN_IMPORTED: ["計画の取込み", "Plan loaded"],
      PLAN_REVISED: ["計画の見直し", "Plan revised"],
      PROJECT_ADDED: ["取組事業の追加", "Project added"],
      PROJECT_CHANGED: ["取組事業の変更", "Project changed"],
      OWNERSHIP_TRANSFERRED: ["所管替え", "Ownership transferred"],
      ROLLOUT_PROPOSED: ["横展開の提案", "Rollout proposed"],
      ROLLOUT_ANSWERED: ["横展開への回答", "Rollout answered"],
    },
  },
  {
    name: ["訂正と監査", "Corrections and audit"],
    kinds: {
      CORRECTED: ["訂正", "Correction"],
      FINDING_RAISED: ["指摘", "Finding raised"],
      FINDING_ANSWERED: ["指摘への回答", "Finding answered"],
      FINDING_CLOSED: ["指摘の終了", "Finding closed"],
      EXPORTED: ["写しの作成", "Copy taken"],
      REDACTED: ["墨消し", "Redaction"],
      KEY_CHANGED: ["署名鍵の変更", "Signing key changed"],
    },
  },
  {
    name: ["職員", "People"],
    kinds: {
      PERSON_REGISTERED: ["職員の登録", "Person registered"],
      APPOINTED: ["任命", "Appointed"],
      APPOINTMENT_ENDED: ["任命の終了", "Appointment ended"],
      DELEGATED: ["代決の設定", "Leave to act given"],
      DELEGATION_ENDED: ["代決の終了", "Leave to act ended"],
    },
  },
  {
    name: ["サインインとアカウント", "Sign-in and accounts"],
    kinds: {
      SIGNED_IN: ["サインイン", "Signed in"],
      SIGNED_OUT: ["サインアウト", "Signed out"],
      SIGN_IN_FAILED: ["サインインの失敗", "Sign-in failed"],
      LOCKED_OUT: ["サインインの一時停止", "Sign-in slowed down"],
      SESSION_REVOKED: ["サインインの取消し", "Session ended from elsewhere"],
      LINK_ISSUED: ["一回限りのリンクの発行", "One-time link issued"],
      PASSWORD_SET: ["パスワードの設定", "Password set"],
      SECOND_FACTOR_CHANGED: ["二要素認証の変更", "Second factor changed"],
      ACCOUNT_CHANGED: ["アカウントの変更", "Account changed"],
      TOKEN_ISSUED: ["トークンの発行", "Token issued"],
      TOKEN_REVOKED: ["トークンの失効", "Token revoked"],
    },
  },
];
export const kinds: Record<string, Words> = Object.assign({}, ...kindGroups.map((one) => one.kinds)) as Record<string, Words>;

/** Of types of entries: the kind that each is, or a word for those that are several. */
export const types: Record<string, string | Words> = {
  Transition: "TRANSITION",
  SheetEdit: "SHEET_EDITED",
  StatusChange: "STATUS_CHANGED",
  OwnershipTransfer: "OWNERSHIP_TRANSFERRED",
  Correction: "CORRECTED",
  Refusal: "REFUSAL",
  PlanImport: "PLAN_IMPORTED",
  PlanRevised: "PLAN_REVISED",
  ProjectAddition: "PROJECT_ADDED",
  ProjectChange: "PROJECT_CHANGED",
  RolloutProposal: "ROLLOUT_PROPOSED",
  RolloutAnswer: "ROLLOUT_ANSWERED",
  PersonRegistration: "PERSON_REGISTERED",
  CopyTaken: "EXPORTED",
  Redaction: "REDACTED",
  KeyChange: "KEY_CHANGED",
  FindingEntry: ["指摘", "Finding"],
  EvidenceEntry: ["証拠書類", "Evidence"],
  CommentEntry: ["コメント", "Comment"],
  AppointmentChange: ["任命の変更", "Appointment changed"],
  DelegationChange: ["代決の変更", "Leave to act changed"],
  TokenChange: ["トークンの変更", "Token changed"],
  AccountChange: ["アカウントの変更", "Account changed"],
  SignInEntry: ["サインイン", "Sign-in"],
};

/** What was done, by trigger, as a list tells it. */
export const moves: Record<string, Words> = {
  START: ["実行を始めた", "Started"],
  REPORT_INTERIM: ["中間報告をした", "Reported interim results"],
  REVISE_PLAN: ["計画を見直した", "Revised the plan"],
  SUBMIT_RESULTS: ["実績を提出した", "Submitted results"],
  EVALUATE: ["評価した", "Evaluated"],
  CLOSE: ["サイクルを終了した", "Closed the cycle"],
  SEND_BACK: ["差し戻した", "Sent back"],
  RESCIND: ["直前の操作を取り消した", "Rescinded the last move"],
  OPEN_NEXT: ["次年度を開いた", "Opened the next year"],
};
const statusMoves: Record<string, Words> = {
  SUSPEND: ["休止した", "Suspended"],
  RESUME: ["再開した", "Resumed"],
  COMPLETE: ["完了とした", "Completed"],
  ABOLISH: ["廃止した", "Abolished"],
  REOPEN: ["再び開いた", "Reopened"],
};

/** The types of what can change. */
export const subjects: Record<string, Words> = {
  Appointment: ["任命", "Appointment"],
  Category: ["分類", "Category"],
  Comment: ["コメント", "Comment"],
  Cycle: ["サイクル", "Cycle"],
  Delegation: ["代決", "Leave to act"],
  Department: ["課", "Department"],
  Evidence: ["証拠書類", "Evidence"],
  Finding: ["指摘", "Finding"],
  GradeStep: ["達成度の区分", "Grade"],
  Group: ["グループ", "Group"],
  Indicator: ["指標", "Indicator"],
  Ownership: ["所管", "Ownership"],
  Person: ["職員", "Person"],
  Plan: ["計画", "Plan"],
  PlanRevision: ["計画の見直し", "Plan revision"],
  Policy: ["基本方針", "Policy"],
  Project: ["取組事業", "Project"],
  RecordKey: ["署名鍵", "Signing key"],
  Rollout: ["横展開", "Rollout"],
  Sheet: ["進捗管理シート", "Sheet"],
};

export interface Named {
  __typename: string;
  trigger?: string;
  statusTrigger?: string;
  kind?: string;
  revoked?: boolean;
  changes?: readonly { field: string }[];
}

/** Types of two kinds, of which one writes a row that was not there, as its first day shows. */
const begun: Record<string, [begun: string, ended: string]> = {
  AppointmentChange: ["APPOINTED", "APPOINTMENT_ENDED"],
  DelegationChange: ["DELEGATED", "DELEGATION_ENDED"],
};

function kindOf(entry: Named): string | undefined {
  if (entry.kind !== undefined) return entry.kind;
  if (entry.__typename === "TokenChange") return entry.revoked ? "TOKEN_REVOKED" : "TOKEN_ISSUED";
  const pair = begun[entry.__typename];
  if (!pair || !entry.changes?.length) return undefined;
  return entry.changes.some((one) => one.field === "startsOn") ? pair[0] : pair[1];
}

/** What an entry tells of, in a word or two. */
export function kindName(entry: Named): string {
  const type = types[entry.__typename];
  const told =
    moves[entry.trigger ?? ""] ??
    statusMoves[entry.statusTrigger ?? ""] ??
    kinds[kindOf(entry) ?? ""] ??
    (typeof type === "string" ? kinds[type] : type);
  return say(...(told ?? [entry.__typename, entry.__typename]));
}
