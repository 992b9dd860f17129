/** A part of a sheet as a form has it: text in every field, and lists of indicators. */

export type Part = "PLAN" | "RESULTS" | "EVALUATION" | "IMPROVEMENT";
export const parts: Part[] = ["PLAN", "RESULTS", "EVALUATION", "IMPROVEMENT"];

/** What the parts are called: by their stage's word, as the sheet on paper has it. */
export const partNames: Record<Part, [string, string]> = {
  PLAN: ["計画（Plan）", "Plan"],
  RESULTS: ["実績（Do）", "Results (Do)"],
  EVALUATION: ["評価（Check）", "Evaluation (Check)"],
  IMPROVEMENT: ["改善（Action）", "Improvement (Action)"],
};

/** 今後の方向性. */
export const directions: Record<string, [string, string]> = {
  EXPAND: ["拡充", "Expand"],
  CONTINUE: ["継続", "Continue"],
  REVISE: ["見直し", "Revise"],
  REDUCE: ["縮小", "Reduce"],
  COMPLETE: ["完了", "Complete"],
  ABOLISH: ["廃止", "Abolish"],
};

/** The parts that a cycle has come to by a stage. */
export function reached(stage: string): Part[] {
  return parts.slice(0, { PLAN: 1, DO: 2, CHECK: 3 }[stage] ?? 4);
}

export interface Field {
  name: string;
  ja: string;
  en: string;
  kind: "text" | "yen" | "grade" | "direction";
}

export const fields: Record<Part, Field[]> = {
  PLAN: [
    { name: "goal", ja: "目標", en: "Goal", kind: "text" },
    { name: "schedule", ja: "スケジュール", en: "Schedule", kind: "text" },
    { name: "budgetYen", ja: "予算（円）", en: "Budget (yen)", kind: "yen" },
  ],
  RESULTS: [
    { name: "activities", ja: "取組の実績", en: "Activities", kind: "text" },
    { name: "spentYen", ja: "決算（円）", en: "Spent (yen)", kind: "yen" },
  ],
  EVALUATION: [
    { name: "grade", ja: "達成度", en: "Grade", kind: "grade" },
    { name: "issues", ja: "課題", en: "Issues", kind: "text" },
  ],
  IMPROVEMENT: [
    { name: "improvement", ja: "改善の内容", en: "Improvement", kind: "text" },
    { name: "direction", ja: "今後の方向性", en: "Direction", kind: "direction" },
  ],
};

/** An indicator of the plan, or an actual of the results, as text; the id is empty for a new one. */
export type Line = Record<string, string>;
export interface Form {
  values: Record<string, string>;
  lines: Line[];
}

export const lineFields: Partial<Record<Part, Field[]>> = {
  PLAN: [
    { name: "name", ja: "指標", en: "Indicator", kind: "text" },
    { name: "unit", ja: "単位", en: "Unit", kind: "text" },
    { name: "baseline", ja: "現状値", en: "Baseline", kind: "text" },
    { name: "target", ja: "目標値", en: "Target", kind: "text" },
    { name: "qualitativeGoal", ja: "数値でない目標", en: "Goal in words", kind: "text" },
    { name: "reasonNoNumber", ja: "数値にできない理由", en: "Why no number fits", kind: "text" },
  ],
  RESULTS: [
    { name: "actual", ja: "実績値", en: "Actual", kind: "text" },
    { name: "result", ja: "結果（ことばで）", en: "Result in words", kind: "text" },
    { name: "reasonNotMeasured", ja: "測定できない理由", en: "Why not measured", kind: "text" },
  ],
};

interface Sheet {
  [name: string]: unknown;
}

export function formOf(part: Part, sheet: Sheet, indicators: Sheet[]): Form {
  const text = (value: unknown): string =>
    typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
  const names = lineFields[part]?.map((one) => one.name) ?? [];
  return {
    values: Object.fromEntries(fields[part].map((one) => [one.name, text(sheet[one.name])])),
    lines: indicators
      .filter((one) => names.length > 0 && one["withdrawn"] !== true)
      .map((one) => Object.fromEntries(["id", ...names].map((name) => [name, text(one[name])]))),
  };
}

/** Full-width digits and signs are as good as half-width ones. */
export function plainNumber(text: string): string {
  return text.normalize("NFKC").replace(/[,、\s円]/g, "");
}

/** What the API is asked to record; `null` where a number is none, which names the field. */
export function inputOf(part: Part, form: Form): { input: Record<string, unknown> } | { wrong: string } {
  const input: Record<string, unknown> = {};
  for (const field of fields[part]) {
    const value = form.values[field.name] ?? "";
    if (field.kind === "yen") {
      const plain = plainNumber(value);
      if (plain !== "" && !/^\d+$/.test(plain)) return { wrong: field.name };
      input[field.name] = plain === "" ? null : Number(plain);
    } else if (field.kind === "text") input[field.name] = value;
    else input[field.name] = value === "" ? null : value;
  }
  const numbers = new Set(["baseline", "target", "actual"]);
  const lines = form.lines.map((line) =>
    Object.fromEntries(
      Object.entries(line)
        .filter(([name, value]) => name !== "id" || value !== "")
        .map(([name, value]) => [
          part === "RESULTS" && name === "id" ? "indicator" : name,
          numbers.has(name) ? plainNumber(value) || null : value,
        ]),
    ),
  );
  if (part === "PLAN") input["indicators"] = lines;
  if (part === "RESULTS") input["actuals"] = lines;
  return { input: { [part.toLowerCase()]: input } };
}

export interface Clash {
  name: string;
  mine: string;
  theirs: string;
}

/**
 * Bring what was typed together with what somebody else saved meanwhile: what only one of both
 * changed is taken; what both changed differently is returned to be chosen.
 */
export function merged(base: Form, mine: Form, theirs: Form): { form: Form; clashes: Clash[] } {
  const clashes: Clash[] = [];
  const values: Record<string, string> = {};
  for (const name of Object.keys(theirs.values)) {
    const [was, my, their] = [base, mine, theirs].map((form) => form.values[name] ?? "");
    if (my === was || my === their) values[name] = their!;
    else {
      values[name] = my!;
      if (their !== was) clashes.push({ name, mine: my!, theirs: their! });
    }
  }
  const [was, my, their] = [base, mine, theirs].map((form) => JSON.stringify(form.lines));
  const lines = my === was ? theirs.lines : mine.lines;
  if (my !== was && their !== was && my !== their) clashes.push({ name: "lines", mine: my!, theirs: their! });
  return { form: { values, lines }, clashes };
}
