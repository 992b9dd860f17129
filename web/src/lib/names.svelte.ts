/** What ids stand for, asked once and kept while the page is open. */
import { SvelteMap } from "svelte/reactivity";
import { NAMES } from "../api/search";
import type { ResultOf } from "../api/graphql";
import { ask } from "./client";
import { language, say } from "./words.svelte";

const MOST = 100;

type Node = NonNullable<ResultOf<typeof NAMES>["nodes"][number]>;

const known = new SvelteMap<string, string>();
/** What was asked, and in which language. */
const asked = new Set<string>();

export const names: ReadonlyMap<string, string> = known;

function nameOf(node: Node): string | undefined {
  switch (node.__typename) {
    case "Project":
      return `${node.code} ${node.title}`;
    case "Category":
    case "Policy":
      return `${node.code} ${node.name}`;
    case "Plan":
      return node.title;
    case "Cycle":
      return node.fiscalYearLabel;
    case "Comment":
      return node.text;
    case "GradeStep":
      return `${node.code} ${node.label}`;
    case "Finding":
      return say(`第${node.number}号`, `No. ${node.number}`);
    default:
      return "name" in node ? node.name : undefined;
  }
}

/** Have the names of these ids in `names` as soon as the server told them. */
export async function learn(ids: Iterable<string>): Promise<void> {
  const { lang } = language;
  const mark = (id: string): string => `${lang} ${id}`;
  const wanted = [...new Set(ids)].filter((id) => !asked.has(mark(id)));
  for (const id of wanted) asked.add(mark(id));
  for (let start = 0; start < wanted.length; start += MOST) {
    const some = wanted.slice(start, start + MOST);
    const answer = await ask(NAMES, { ids: some, lang });
    if (!answer.data) for (const id of some) asked.delete(mark(id));
    for (const node of answer.data?.nodes ?? []) {
      const name = node && nameOf(node);
      if (node && "id" in node && name) known.set(node.id, name);
    }
  }
}
