/** Which projects fit a text, by the API's own search, however many pages there are. */
import { MATCHES } from "../api/plan";
import { ask, type Trouble } from "./client";

export class Matching {
  /** Their ids; undefined where nothing is searched for. */
  ids = $state.raw<Set<string>>();
  trouble = $state.raw<Trouble>();
  #number = 0;

  constructor(text: () => string | null) {
    $effect(() => {
      void this.#find(text());
    });
  }

  async #find(text: string | null): Promise<void> {
    const number = ++this.#number;
    const found = new Set<string>();
    let trouble: Trouble | undefined;
    for (let after: string | null | undefined = null; text && after !== undefined; ) {
      const answer: Awaited<ReturnType<typeof page>> = await page(text, after);
      const { nodes, pageInfo } = answer.data?.projects ?? {};
      for (const one of nodes ?? []) found.add(one.id);
      trouble = answer.trouble;
      after = pageInfo?.hasNextPage ? pageInfo.endCursor : undefined;
    }
    if (number !== this.#number) return;
    this.trouble = trouble;
    this.ids = text && !trouble ? found : undefined;
  }
}

function page(text: string, after: string | null) {
  return ask(MATCHES, { text, after });
}
