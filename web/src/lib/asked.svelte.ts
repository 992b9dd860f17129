/** A question that a screen keeps asking: its state is the screen's state. */
import type { TypedDocumentNode } from "@urql/core";
import { heedBehalf } from "./behalf.svelte";
import { ask, type Trouble } from "./client";
import { onEntry } from "./live.svelte";

type Variables = Record<string, unknown>;

/**
 * Asks when it is made and whenever what `variables` reads changes, or for whom the person
 * decides; with `live`, also when the
 * record grew. Meanwhile the last answer stays.
 */
export class Asked<Data, V extends Variables> {
  data = $state.raw<Data>();
  trouble = $state.raw<Trouble>();
  waiting = $state(true);
  #number = 0;
  #gone = false;
  readonly #document: TypedDocumentNode<Data, V>;
  readonly #variables: () => V;

  constructor(
    document: TypedDocumentNode<Data, V>,
    variables: () => V,
    options: { live?: boolean } = {},
  ) {
    this.#document = document;
    this.#variables = variables;
    $effect(() => {
      heedBehalf();
      void this.#ask(variables(), false);
    });
    $effect(() => () => (this.#gone = true));
    if (options.live) $effect(() => onEntry(() => void this.again()));
  }

  /** Ask anew, as long as the screen is there. */
  async again(): Promise<void> {
    if (!this.#gone) await this.#ask(this.#variables(), true);
  }

  async #ask(variables: V, fresh: boolean): Promise<void> {
    const number = ++this.#number;
    this.waiting = true;
    const answer = await ask(this.#document, variables, { fresh });
    if (number !== this.#number) return;
    this.waiting = false;
    this.trouble = answer.trouble;
    if (answer.data !== undefined) this.data = answer.data;
  }
}
