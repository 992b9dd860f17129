/** What every screen may know without asking: who is there, which plan it is, what things are called. */
import { SHELL } from "../api/shell";
import type { ResultOf } from "../api/graphql";
import { ask, type Trouble } from "./client";
import { follow } from "./live.svelte";
import { today } from "./today";
import { language } from "./words.svelte";

type Shell = ResultOf<typeof SHELL>;
export type Role = "STAFF" | "LEAD" | "OFFICE" | "AUDITOR" | "ADMIN";

let held = $state.raw<{ data: Shell | undefined; trouble: Trouble | undefined }>({
  data: undefined,
  trouble: undefined,
});

export const shell = {
  get data(): Shell | undefined {
    return held.data;
  },
  get trouble(): Trouble | undefined {
    return held.trouble;
  },
  get person(): { id: string; name: string } | undefined {
    return held.data?.viewer?.person;
  },
  get roles(): Set<Role> {
    const day = today();
    const now = (held.data?.viewer?.appointments ?? []).filter(
      (one) => one.startsOn <= day && (one.endsOn === null || day <= one.endsOn),
    );
    return new Set(now.map((one) => one.role));
  },
  /** Roles that do not count before a second factor is shown. */
  get barred(): Set<Role> {
    return new Set(held.data?.viewer?.secondFactorMissingFor ?? []);
  },
  stageName(stage: string): string {
    return held.data?.workflow.stages.find((one) => one.stage === stage)?.label ?? stage;
  },
  statusName(status: string): string {
    return held.data?.workflow.statuses.find((one) => one.status === status)?.label ?? status;
  },
  yearName(year: number): string {
    return held.data?.plan.fiscalYears.find((one) => one.year === year)?.label ?? String(year);
  },
  /** The fiscal year that today is in, or the plan's nearest. */
  get year(): number {
    const plan = held.data?.plan;
    const [now, month] = today().split("-").map(Number) as [number, number];
    const year = now - (month < 4 ? 1 : 0);
    return plan ? Math.min(Math.max(year, plan.firstFiscalYear), plan.lastFiscalYear) : year;
  },
};

/** Ask who is there, and follow the record for who is signed in. */
export async function load(): Promise<void> {
  const answer = await ask(SHELL, { lang: language.lang }, { fresh: true });
  held = { data: answer.data ?? held.data, trouble: answer.trouble };
  if (answer.data?.viewer) follow(answer.data.history.nodes[0]?.sequence ?? 0);
}
