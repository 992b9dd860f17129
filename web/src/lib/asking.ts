/** What is asked of the record: how it stands in the address, and how the API is asked for it. */
import type { VariablesOf } from "../api/graphql";
import type { SEARCH } from "../api/search";

export type Where = NonNullable<VariablesOf<typeof SEARCH>["where"]>;

/** Names in the address whose values are lists, separated by commas, and what the API calls them. */
export const lists = {
  kind: "kind",
  trigger: "trigger",
  fromStage: "from",
  toStage: "to",
  grade: "grade",
  authority: "authority",
} as const;
/** Names in the address that are ids, or a number, and mean what the API means by them. */
const plain = ["department", "departmentNow", "actorDepartment", "actor", "onBehalfOf", "person", "cycle"] as const;
/** Every condition in the address; `project` is a project's code. */
export const conditions = ["text", "since", "until", "project", "sequenceFrom", "sequenceTo", ...plain, ...Object.keys(lists)];
/** Those that a form shows at once. */
export const atOnce = new Set(["text", "since", "until", "project", "department", "kind"]);

const DAY = 86_400_000;

/** Midnight in Japan at which a day begins; undefined for what is no day. */
export function midnight(text: string, daysLater = 0): string | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return undefined;
  const start = new Date(`${text}T00:00:00+09:00`);
  return Number.isNaN(start.getTime()) ? undefined : new Date(start.getTime() + daysLater * DAY).toISOString();
}

export function listed(query: URLSearchParams, name: string): string[] {
  return (query.get(name) ?? "").split(",").filter(Boolean);
}

function number(query: URLSearchParams, name: string): number | undefined {
  const text = (query.get(name) ?? "").normalize("NFKC");
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** What the API is asked; `projects` gives the id of a code. */
export function whereOf(query: URLSearchParams, projects: ReadonlyMap<string, string>): Where {
  const where: Record<string, unknown> = {};
  const set = (name: string, value: unknown): void => {
    if (value !== undefined && value !== "") where[name] = value;
  };
  set("text", query.get("text")?.trim());
  set("recordedFrom", midnight(query.get("since") ?? ""));
  set("recordedBefore", midnight(query.get("until") ?? "", 1));
  const code = query.get("project");
  if (code) set("project", projects.get(code) ?? code);
  for (const name of plain) set(name, query.get(name) ?? undefined);
  for (const [name, called] of Object.entries(lists)) {
    const values = listed(query, name);
    if (values.length) where[called] = values;
  }
  set("sequenceFrom", number(query, "sequenceFrom"));
  const last = number(query, "sequenceTo");
  set("sequenceBefore", last === undefined ? undefined : last + 1);
  return where;
}

/** The fiscal year that two days begin and end; undefined where they do not. */
function yearOf(since: string | null, until: string | null): number | undefined {
  const year = Number(since?.slice(0, 4));
  return since === `${year}-04-01` && until === `${year + 1}-03-31` ? year : undefined;
}

/**
 * What a copy can be made of for what was asked: the one condition that copies know, and whether
 * others had to be left out.
 */
export function copyOf(query: URLSearchParams): { search: string; whole: boolean } {
  const given = conditions.filter((name) => query.get(name));
  const days = [query.get("since"), query.get("until")] as const;
  const year = yearOf(...days);
  const project = query.get("project");
  const department = query.get("department");
  const [part, covered]: [Record<string, string>, string[]] = project
    ? [{ part: "project", project }, ["project"]]
    : department
      ? [{ part: "department", department }, ["department"]]
      : year !== undefined
        ? [{ part: "fiscalYear", fiscalYear: String(year) }, ["since", "until"]]
        : [{}, []];
  return {
    search: new URLSearchParams(part).toString(),
    whole: given.every((name) => covered.includes(name)),
  };
}
