/** A question that a screen keeps asking: its state is the screen's state. */
import type { TypedDocumentNode } from "@urql/core";
import { heedBehalf } from "./behalf.svelte";
import { type Answer, ask, known, type Trouble } from "./client";
import { onEntry } from "./live.svelte";
import type { Grown } from "./stream";

type Variables = Record<string, unknown>;

/** How an answer that comes page by page is put together. */
export interface Pages<Data, V extends Variables> {
  /** What asks for the page after one; undefined after the last. */
  next: (data: Data) => Partial<V> | undefined;
  join: (before: Data, next: Data) => Data;
}

interface WithProjects {
  projects: { nodes: unknown[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } };
}

/** How answers are put together whose projects come page by page. */
export function pagesOfProjects<Data extends WithProjects, V extends { after?: string | null }>(): Pages<Data, V> {
  return {
    next: ({ projects: { pageInfo } }) => (pageInfo.hasNextPage ? ({ after: pageInfo.endCursor } as Partial<V>) : undefined),
    join: (before, next) => ({ ...next, projects: { ...next.projects, nodes: [...before.projects.nodes, ...next.projects.nodes] } }),
  };
}

/**
 * Asks when it is made and whenever what `variables` reads changes, or for whom the person
 * decides; with `live`, also when the record grew, by any entry or by one that `live` says yes to.
 * Meanwhile the last answer stays.
 */
export class Asked<Data, V extends Variables> {
  data = $state.raw<Data>();
  trouble = $state.raw<Trouble>();
  waiting = $state(true);
  #number = 0;
  #gone = false;
  readonly #document: TypedDocumentNode<Data, V>;
  readonly #variables: () => V;
  readonly #pages: Pages<Data, V> | undefined;

  constructor(
    document: TypedDocumentNode<Data, V>,
    variables: () => V,
    options: { live?: true | ((entry: Grown) => boolean); pages?: Pages<Data, V> } = {},
  ) {
    this.#document = document;
    this.#variables = variables;
    $effect(() => {
      heedBehalf();
      void this.#look(variables());
    });
    $effect(() => () => (this.#gone = true));
    this.#pages = options.pages;
    const { live } = options;
    if (live) $effect(() => onEntry((entries) => void ((live === true || entries.some(live)) && this.#renew())));
  }

  /** Ask anew, as long as the screen is there. */
  async again(): Promise<void> {
    if (!this.#gone) await this.#ask(this.#variables(), true);
  }

  /** Show what is known from before, if anything is, and then what is true now. */
  async #look(variables: V): Promise<void> {
    const old = known(this.#document, variables);
    await this.#ask(variables, false);
    if (old) await this.#renew();
  }

  /** What is shown stays as it is meanwhile: most of it is still true. */
  async #renew(): Promise<void> {
    if (!this.#gone) await this.#ask(this.#variables(), true, true);
  }

  async #ask(variables: V, fresh: boolean, quietly = false): Promise<void> {
    const number = ++this.#number;
    this.waiting = !quietly;
    let answer = await ask(this.#document, variables, { fresh });
    for (let next = this.#next(answer); next; next = this.#next(answer)) {
      if (number !== this.#number) return;
      const before = answer.data!;
      this.data ??= before;
      answer = await ask(this.#document, { ...variables, ...next }, { fresh });
      if (answer.data !== undefined) answer = { data: this.#pages!.join(before, answer.data) };
    }
    if (number !== this.#number) return;
    this.waiting = false;
    this.trouble = answer.trouble;
    if (answer.data !== undefined) this.data = answer.data;
  }

  #next(answer: Answer<Data>): Partial<V> | undefined {
    return answer.data === undefined ? undefined : this.#pages?.next(answer.data);
  }
}
