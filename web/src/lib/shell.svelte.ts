/** What every screen may know without asking: who is there, which plan it is, what things are called. */
import { SHELL, WHO } from "../api/shell";
import type { ResultOf } from "../api/graphql";
import { behalf, mayDecideFor, type Principal } from "./behalf.svelte";
import { ask, type Trouble } from "./client";
import { draftsOf } from "./drafts";
import { hasLeft } from "./leaving";
import { follow } from "./live.svelte";
import { today } from "./today";
import { language } from "./words.svelte";

type Shell = ResultOf<typeof SHELL>;
export type Role = "STAFF" | "LEAD" | "OFFICE" | "AUDITOR" | "ADMIN";

let held = $state.raw<{ data: Shell | undefined; trouble: Trouble | undefined }>({
  data: undefined,
  trouble: undefined,
});

let gone = $state(false);

export const shell = {
  /** Whether who was there is signed out meanwhile: until they come back nobody is shown what they were. */
  get gone(): boolean {
    return gone;
  },
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
  /** Whose work it is: the person's own, or that of whom they decide for. */
  get acting(): { id: string; roles: ReadonlySet<Role>; departments: string[] } {
    const { principal } = behalf;
    const posts = principal?.posts ?? held.data?.viewer?.appointments ?? [];
    return {
      id: principal?.id ?? this.person?.id ?? "",
      roles: principal ? new Set(principal.posts.map((one) => one.role)) : this.roles,
      departments: [...new Set(posts.flatMap(({ department }) => (department ? [department.id] : [])))],
    };
  },
  /** Roles that do not count before a second factor is shown. */
  get barred(): Set<Role> {
    return new Set(held.data?.viewer?.secondFactorMissingFor ?? []);
  },
  /** Roles that count now. */
  get able(): Set<Role> {
    const { barred } = shell;
    return new Set([...shell.roles].filter((role) => !barred.has(role)));
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

/** An admin's and an auditor's decisions are always their own. */
const lent: ReadonlySet<string> = new Set<Role>(["STAFF", "LEAD", "OFFICE"]);

function principalsOf({ viewer }: Shell): Principal[] {
  return (viewer?.actsFor ?? []).map(({ person: { id, name, appointments } }) => ({
    id,
    name,
    posts: appointments.filter(({ role }) => lent.has(role)),
  }));
}

/** Ask who is there, and follow the record for who is signed in. */
export async function load(): Promise<void> {
  const answer = await ask(SHELL, { lang: language.lang }, { fresh: true });
  if (answer.data) mayDecideFor(answer.data.viewer?.person.id, principalsOf(answer.data));
  if (answer.data) draftsOf(answer.data.viewer?.person.id);
  held = { data: answer.data ?? held.data, trouble: answer.trouble };
  if (answer.data?.viewer) follow(answer.data.history.nodes[0]?.sequence ?? 0);
}

/**
 * Ask whether the same person is still there. Somebody else begins anew, so that nothing of what
 * was shown before is in their page's memory; what somebody typed whose session has ended waits.
 * Says whether what is shown may stay.
 */
export async function lookWho(): Promise<boolean> {
  if (!held.data) return true;
  const before = shell.person?.id;
  const answer = await ask(WHO, {}, { fresh: true });
  if (answer.trouble && answer.trouble.kind !== "signedOut") return true;
  const now = answer.data?.viewer?.person.id;
  if (now === before) gone = false;
  else if (now === undefined && !hasLeft()) gone = true;
  else {
    location.reload();
    return false;
  }
  return true;
}

/** Look whenever the page comes into view again. */
export function watchWho(): () => void {
  const look = (): void => {
    if (document.visibilityState === "visible") void lookWho();
  };
  const shown = (event: PageTransitionEvent): void => {
    if (!event.persisted) return;
    document.body.hidden = true;
    void lookWho().then((same) => (document.body.hidden = !same));
  };
  document.addEventListener("visibilitychange", look);
  addEventListener("pageshow", shown);
  return () => {
    document.removeEventListener("visibilitychange", look);
    removeEventListener("pageshow", shown);
  };
}
