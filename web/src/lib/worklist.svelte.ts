/** What somebody works on, of this year and the last, read page by page: one question would cost too much. */
import type { ResultOf, VariablesOf } from "../api/graphql";
import { WORK } from "../api/work";
import { heedBehalf } from "./behalf.svelte";
import { ask, type Trouble } from "./client";
import { onEntry } from "./live.svelte";

type Project = ResultOf<typeof WORK>["projects"]["nodes"][number];
export type Found = Omit<Project, "cycle"> & { cycle: NonNullable<Project["cycle"]> };
type Asking = Pick<VariablesOf<typeof WORK>, "lang" | "year"> & { departments: string[] | undefined };
interface Read {
  found: Found[];
  more: boolean;
  trouble?: Trouble;
}

/** So many pages of a year are read: 200 projects. */
const PAGES = 5;

export class WorkList {
  found = $state.raw<Found[]>();
  /** Whether there is more than is read. */
  more = $state(false);
  trouble = $state.raw<Trouble>();
  #number = 0;
  readonly #asking: () => Asking | undefined;

  /** Nothing is asked while `asking` gives nothing. */
  constructor(asking: () => Asking | undefined) {
    this.#asking = asking;
    $effect(() => {
      heedBehalf();
      void this.#read(asking());
    });
    $effect(() => onEntry(() => void this.again()));
    $effect(() => () => this.#number++);
  }

  async again(): Promise<void> {
    await this.#read(this.#asking());
  }

  async #read(asking: Asking | undefined): Promise<void> {
    const number = ++this.#number;
    if (!asking) return;
    const years = await Promise.all([asking.year - 1, asking.year].map((year) => this.#year(asking, year, number)));
    if (number !== this.#number) return;
    const trouble = years.find((one) => one.trouble)?.trouble;
    this.trouble = trouble;
    if (trouble) return;
    this.found = years.flatMap((one) => one.found);
    this.more = years.some((one) => one.more);
  }

  async #year(asking: Asking, year: number, number: number): Promise<Read> {
    const found: Found[] = [];
    let after: string | null = null;
    for (let page = 0; page < PAGES && number === this.#number; page++) {
      const answer = await this.#page(asking, year, after);
      if (!answer.data) return { found, more: false, trouble: answer.trouble };
      const { nodes, pageInfo } = answer.data.projects;
      found.push(...nodes.flatMap(({ cycle, ...one }) => (cycle ? [{ ...one, cycle }] : [])));
      after = pageInfo.endCursor;
      if (!pageInfo.hasNextPage) return { found, more: false };
    }
    return { found, more: true };
  }

  #page({ lang, departments }: Asking, year: number, after: string | null) {
    const where = {
      stage: ["PLAN" as const, "DO" as const, "CHECK" as const, "ACTION" as const],
      ...(departments ? { department: departments } : {}),
    };
    return ask(WORK, { year, where, after, lang }, { fresh: true });
  }
}
