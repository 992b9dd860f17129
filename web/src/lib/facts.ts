/** What an entry says beyond what every entry says: a line for each, by its type. */
import type { PARTICULARS } from "../api/entry";
import type { ResultOf } from "../api/graphql";
import { moves } from "./entries";
import { roleNames } from "./roles";
import { authorities, duration, findingStatuses, methodName, stages, word } from "./values";
import { count, day, fiscalYear, say } from "./words.svelte";

export type Particulars = NonNullable<ResultOf<typeof PARTICULARS>["entry"]>;
export interface Fact {
  label: string;
  text: string;
  href?: string;
}

const name = (one: { name: string } | null | undefined): string => one?.name ?? "";
const project = (label: string, one: { code: string; title: string } | null | undefined): Fact | undefined =>
  one ? { label, text: `${one.code} ${one.title}`, href: `/projects/${one.code}` } : undefined;
const entry = (label: string, one: { sequence: number } | null | undefined): Fact | undefined =>
  one ? { label, text: `No.${one.sequence}`, href: `/history/${one.sequence}` } : undefined;
const fact = (label: string, text: string | null | undefined): Fact | undefined => (text ? { label, text } : undefined);
const yes = (value: boolean): string => (value ? say("はい", "Yes") : say("いいえ", "No"));

export const formats: Record<string, [string, string]> = {
  JSONL: ["検証用（JSON Lines）", "To be verified (JSON Lines)"],
  CSV: ["表（CSV・UTF-8）", "Table (CSV, UTF-8)"],
  CSV_CP932: ["表（CSV・シフトJIS）", "Table (CSV, Shift JIS)"],
};

interface CopiedPart {
  fiscalYear: number | null;
  project: { code: string; title: string } | null;
  department: { name: string } | null;
}

/** Which part of the record a copy holds. */
export function partText(part: CopiedPart): string {
  if (part.project) return `${part.project.code} ${part.project.title}`;
  if (part.department) return part.department.name;
  if (part.fiscalYear !== null) return fiscalYear(part.fiscalYear);
  return say("全体", "All of it");
}

function ofWork(one: Particulars): (Fact | undefined)[] {
  switch (one.__typename) {
    case "Transition":
      return [
        { label: say("段階", "Stage"), text: `${word(stages, one.from)} → ${word(stages, one.to)}` },
        fact(say("前の段階にいた期間", "Time in the stage before"), one.secondsInFrom === null ? null : duration(one.secondsInFrom)),
        fact(say("決裁番号", "Approval number"), one.approvalNumber),
        fact(say("中間報告", "Interim report"), one.report?.text),
        fact(say("中間の数値", "Figures so far"), one.report?.figures.map((f) => `${f.name} ${f.value ?? "–"}${f.unit}`).join("\n")),
        one.opened ? { label: say("開いた年度", "Opened"), text: one.opened.fiscalYearLabel, href: `/projects/${one.opened.project.code}` } : undefined,
        entry(say("取り消した記録", "Rescinds"), one.rescinds),
        entry(say("この操作を取り消した記録", "Rescinded by"), one.rescindedBy),
        fact(say("手順の版", "Version of the workflow"), one.workflowVersion),
      ];
    case "Refusal":
      return [
        fact(say("しようとした操作", "Attempted"), one.attempted ? word(moves, one.attempted) : one.act),
        fact(say("できなかった理由", "Why not"), one.blockedBy.map((b) => b.message).join("\n") || one.code),
      ];
    case "Correction":
      return [fact(say("正しい内容", "What it should say"), one.statement), entry(say("訂正した記録", "Corrects"), one.corrects)];
    case "OwnershipTransfer":
      return [
        fact(say("前の所管", "Owner before"), [name(one.fromDepartment), name(one.fromGroup)].join(" ")),
        fact(say("後の所管", "Owner after"), [name(one.toDepartment), name(one.toGroup)].join(" ")),
        fact(say("所管が変わる日", "Effective on"), day(one.effectiveOn)),
      ];
    case "EvidenceEntry":
      return [
        one.evidence ? { label: say("ファイル", "File"), text: one.evidence.name, href: one.evidence.url } : undefined,
        fact(say("大きさ", "Size"), say(`${count(one.size)}バイト`, `${count(one.size)} bytes`)),
        fact(say("種類", "Type"), one.mediaType),
        fact("SHA-256", one.sha256),
      ];
    default:
      return [];
  }
}

function ofPlan(one: Particulars): (Fact | undefined)[] {
  switch (one.__typename) {
    case "PlanImport":
      return [fact(say("計画", "Plan"), one.title), fact(say("計画書のSHA-256", "Source’s SHA-256"), one.sourceSha256)];
    case "PlanRevised":
      return [
        fact(say("見直しの概要", "Summary"), one.revision.summary),
        fact(say("適用日", "Effective on"), day(one.revision.effectiveOn)),
        fact(say("取組事業", "Projects"), say(`追加${one.added}件・変更${one.changed}件・取下げ${one.withdrawn}件`, `${one.added} added, ${one.changed} changed, ${one.withdrawn} withdrawn`)),
      ];
    case "RolloutProposal":
      return [fact(say("提案先", "To"), name(one.rolloutTo)), project(say("元の取組", "Project"), one.rollout?.project), fact(say("提案の内容", "Message"), one.rollout?.message)];
    case "RolloutAnswer":
      return [
        fact(say("回答", "Answer"), one.status === "ACCEPTED" ? say("受け入れる", "Accepted") : say("辞退する", "Declined")),
        fact(say("回答の内容", "Text"), one.rollout?.answer),
        project(say("新しい取組", "New project"), one.newProject),
      ];
    case "FindingEntry":
      return one.finding
        ? [
            { label: say("指摘", "Finding"), text: say(`第${one.number}号`, `No. ${one.number}`), href: `/history/findings#finding-${one.number}` },
            fact(say("指摘の内容", "What is pointed out"), one.finding.text),
            fact(say("いまの状態", "Status now"), word(findingStatuses, one.finding.status)),
          ]
        : [];
    case "CopyTaken":
      return [fact(say("範囲", "Part"), partText(one.copiedPart)), fact(say("形式", "Format"), word(formats, one.format)), fact(say("情報公開用", "For disclosure"), yes(one.disclosure))];
    case "Redaction":
      return [
        fact(say("根拠", "Basis"), one.basis),
        fact(say("墨消しした箇所", "Removed"), one.removed.map((r) => say(`No.${r.sequence} の${r.commitments.length}か所`, `${r.commitments.length} in No.${r.sequence}`)).join("\n")),
        fact(say("消したファイル", "Files removed"), one.removedEvidence.map((e) => e.name).join("\n")),
        fact(say("同じことばが残る記録", "Entries that still hold it"), one.leftCount ? String(one.leftCount) : null),
      ];
    default:
      return [];
  }
}

function ofPeople(one: Particulars): (Fact | undefined)[] {
  switch (one.__typename) {
    case "AppointmentChange": {
      const to = one.appointment;
      return [
        fact(say("職員", "Person"), name(one.person)),
        fact(say("任命", "Appointment"), to ? `${name(to.department)} ${word(roleNames, to.role)}` : null),
        fact(say("期間", "Period"), to ? `${day(to.startsOn)} – ${to.endsOn ? day(to.endsOn) : ""}` : null),
      ];
    }
    case "DelegationChange":
      return [
        fact(say("代決される人", "On whose behalf"), name(one.principal)),
        fact(say("代決する人", "Who acts"), name(one.delegate)),
        fact(say("期間", "Period"), one.delegation ? `${day(one.delegation.startsOn)} – ${day(one.delegation.endsOn)}` : null),
        fact(say("代決の理由", "Reason"), one.delegation?.reason),
      ];
    case "SignInEntry":
      return [
        fact(say("職員", "Person"), name(one.person)),
        fact(say("方法", "Method"), one.method ? methodName(one.method) : null),
        fact(say("二要素認証", "Second factor"), one.secondFactor === null ? null : yes(one.secondFactor)),
        fact(say("接続元", "Address"), one.address),
      ];
    case "PersonRegistration":
    case "TokenChange":
    case "AccountChange":
      return [fact(say("職員", "Person"), name(one.person))];
    case "KeyChange":
      return [fact(say("公開鍵", "Public key"), one.key)];
    default:
      return [];
  }
}

export function factsOf(one: Particulars): Fact[] {
  const { actor } = one;
  const told = [fact(say("権限", "Authority"), actor.authority === "OWN" ? null : word(authorities, actor.authority)), ...ofWork(one), ...ofPlan(one), ...ofPeople(one)];
  return told.filter((line): line is Fact => line !== undefined);
}
