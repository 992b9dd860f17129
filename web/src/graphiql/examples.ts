/** The tabs that GraphiQL opens with: the examples of the API's reference, about what is here now. */
import variables from "../../../server/pages/examples/variables.json";
import { uuid } from "../lib/ids";
import type { fetcher } from "./fetcher";

const ORDER = ["board", "project", "history", "follow", "fire", "as-of", "proof"] as const;
const texts = import.meta.glob<string>("../../../server/pages/examples/*.graphql", {
  eager: true,
  import: "default",
  query: "?raw",
});
const SITUATION = `query Situation {
  history(first: 1) { nodes { sequence } }
  projects(where: { stage: [DO] }) { nodes { currentCycle { id revision viewerCanEditSheet } } }
}`;

interface Cycle {
  id: string;
  revision: number;
  viewerCanEditSheet: boolean;
}

export interface Situation {
  history: { nodes: { sequence: number }[] };
  projects: { nodes: { currentCycle: Cycle }[] };
}

export interface Example {
  query: string;
  variables: string;
}

/** The examples, about a cycle and an entry that there are. */
export async function examples(ask: typeof fetcher): Promise<Example[]> {
  const here = await situation(ask);
  return ORDER.map((name) => ({
    query: texts[`../../../server/pages/examples/${name}.graphql`] ?? "",
    variables: JSON.stringify(given(name, here), null, 2),
  }));
}

async function situation(ask: typeof fetcher): Promise<Situation | undefined> {
  const told = (await ask({ query: SITUATION })) as { data?: Situation | null };
  return told.data ?? undefined;
}

/** What an example asks about, taken from what is here. */
export function given(name: (typeof ORDER)[number], here: Situation | undefined): object {
  const last = here?.history.nodes[0]?.sequence ?? 0;
  const cycles = here?.projects.nodes.map((one) => one.currentCycle) ?? [];
  switch (name) {
    case "history":
      return { sequence: Math.max(last - 40, 1) };
    case "follow":
      return { after: Math.max(last - 10, 0) };
    case "fire": {
      const { input } = variables.fire;
      const cycle = cycles.find((one) => one.viewerCanEditSheet) ?? cycles[0];
      const about = cycle ? { cycle: cycle.id, expectedRevision: cycle.revision } : {};
      return { input: { ...input, ...about, idempotencyKey: uuid() } };
    }
    case "as-of":
      return { moment: { sequence: Math.max(last - 10, 1) } };
    default:
      return variables[name];
  }
}
