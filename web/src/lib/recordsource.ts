/** The record as this server tells it: entries through the API, the rest at its plain URLs. */
import type { TypedDocumentNode } from "@urql/core";
import type { ResultOf } from "../api/graphql";
import { BODIES, NOTES } from "../api/verify";
import { ask, type Trouble } from "./client";
import type { Told } from "./entrycheck";
import type { Source } from "./verification";

/** That the server could not be asked: nothing was found out. */
export class UnansweredError extends Error {
  readonly trouble: Trouble;

  constructor(trouble: Trouble) {
    super(trouble.message);
    this.trouble = trouble;
  }
}

const WAIT = 5_000;

/** Ask, and where too much was asked at once, again later. */
async function sure<Data, V extends Record<string, unknown>>(document: TypedDocumentNode<Data, V>, variables: V, signal: AbortSignal): Promise<Data> {
  for (;;) {
    signal.throwIfAborted();
    const answer = await ask(document, variables, { fresh: true });
    if (answer.data !== undefined) return answer.data;
    if (answer.trouble?.kind !== "tooMany") throw new UnansweredError(answer.trouble ?? { kind: "other", message: "" });
    await new Promise((resolve) => setTimeout(resolve, WAIT));
  }
}

/** Read one of the record's plain URLs; undefined where there is no such thing. */
export async function plain(path: string, signal: AbortSignal): Promise<string | undefined> {
  for (;;) {
    const response = await fetch(`/record/${path}`, { signal, cache: "no-store" }).catch((error: unknown) => {
      signal.throwIfAborted();
      throw new UnansweredError({ kind: "offline", message: String(error) });
    });
    if (response.ok) return response.text();
    if (response.status === 404) return undefined;
    if (response.status !== 429) throw new UnansweredError({ kind: "other", message: `HTTP ${response.status}` });
    await new Promise((resolve) => setTimeout(resolve, WAIT));
  }
}

export function recordSource(signal: AbortSignal): Source {
  return {
    notes: () => allNotes(signal),
    keys: async () => {
      const { recordKeys } = await sure(NOTES, { after: null }, signal);
      return recordKeys.map(({ firstSequence, verifierKey }) => ({ first: firstSequence, text: verifierKey }));
    },
    leaves: (size) => leaves(size, signal),
    entries: () => entries(signal),
  };
}

async function allNotes(signal: AbortSignal): Promise<{ size: number; note: string }[]> {
  const notes: { size: number; note: string }[] = [];
  for (let after: string | null = null; ; ) {
    const page = await notePage(after, signal);
    notes.push(...page.nodes.map(({ treeSize, note }) => ({ size: treeSize, note })));
    if (!page.pageInfo.hasNextPage) return notes;
    after = page.pageInfo.endCursor;
  }
}

async function notePage(after: string | null, signal: AbortSignal): Promise<ResultOf<typeof NOTES>["checkpoints"]> {
  return (await sure(NOTES, { after }, signal)).checkpoints;
}

async function* leaves(size: number, signal: AbortSignal): AsyncGenerator<{ sequence: number; leaf: string }> {
  for (let next = 1; next <= size; ) {
    const text = (await plain(`leaves/${next}`, signal)) ?? "";
    const lines = text.split("\n").filter(Boolean);
    if (lines.length === 0) return;
    for (const line of lines) {
      const [number, leaf] = line.split(" ");
      const sequence = Number(number);
      if (sequence > size) return;
      yield { sequence, leaf: leaf ?? "" };
      next = sequence + 1;
    }
  }
}

async function* entries(signal: AbortSignal): AsyncGenerator<Told> {
  for (let after: string | null = null; ; ) {
    const page = await bodyPage(after, signal);
    yield* page.nodes;
    if (!page.pageInfo.hasNextPage) return;
    after = page.pageInfo.endCursor;
  }
}

async function bodyPage(after: string | null, signal: AbortSignal): Promise<ResultOf<typeof BODIES>["history"]> {
  return (await sure(BODIES, { after }, signal)).history;
}
