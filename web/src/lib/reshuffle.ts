/** What a list of appointments would lead to, as people read it: pure. */

export interface Step {
  kind: "REGISTER" | "END" | "APPOINT" | "KEEP";
  staffNumber: string;
  name: string;
  startsOn: string | null;
  endsOn: string | null;
  line: number | null;
}
export interface Affected<S extends Step> {
  staffNumber: string;
  name: string;
  steps: S[];
}

/** The steps person by person, in the list's order; people with nothing to be done are left out unless asked for. */
export function byPerson<S extends Step>(steps: readonly S[], kept: boolean): Affected<S>[] {
  const people = new Map<string, Affected<S>>();
  for (const step of steps) {
    const { staffNumber, name } = step;
    if (!people.has(staffNumber)) people.set(staffNumber, { staffNumber, name, steps: [] });
    people.get(staffNumber)!.steps.push(step);
  }
  return [...people.values()].filter((one) => kept || one.steps.some((step) => step.kind !== "KEEP"));
}

export function counted(steps: readonly Step[]): Record<Step["kind"], number> {
  const counts = { REGISTER: 0, END: 0, APPOINT: 0, KEEP: 0 };
  for (const step of steps) counts[step.kind] += 1;
  return counts;
}

/** A line of a list, by its number from 1. */
export function lineOf(text: string, line: number | null): string {
  return line === null ? "" : (text.split(/\r\n|\r|\n/)[line - 1] ?? "");
}
