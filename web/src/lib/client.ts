/** The one way to the API, and what can come of asking. */
import {
  cacheExchange,
  Client,
  type CombinedError,
  fetchExchange,
  type TypedDocumentNode,
} from "@urql/core";
import { untrack } from "svelte";
import { behalf } from "./behalf.svelte";
import { onBehalf } from "./onbehalf";

export const client = new Client({
  url: "/graphql",
  exchanges: [cacheExchange, fetchExchange],
  preferGetMethod: false,
  fetchOptions: { credentials: "same-origin" },
});

/**
 * Why there is no answer: the server was not reached, it does not know who asks, too much was asked
 * at once, it is still putting the answer together, or something else, which `message` tells in the
 * server's own words.
 */
export interface Trouble {
  kind: "offline" | "signedOut" | "tooMany" | "notReady" | "other";
  message: string;
  requestId?: string;
}

export type Answer<Data> = { data: Data; trouble?: never } | { data?: never; trouble: Trouble };

const kinds: Record<string, Trouble["kind"]> = {
  UNAUTHENTICATED: "signedOut",
  RATE_LIMITED: "tooMany",
  NOT_READY: "notReady",
};

function troubleOf(error: CombinedError): Trouble {
  const first = error.graphQLErrors[0];
  if (!first) return { kind: "offline", message: "" };
  const { code, requestId } = first.extensions as { code?: string; requestId?: string };
  return { kind: kinds[code ?? ""] ?? "other", message: first.message, ...(requestId ? { requestId } : {}) };
}

type Variables = Record<string, unknown>;

/** What is asked with, in the name of whom the person decides for now. */
function saying<Data, V extends Variables>(document: TypedDocumentNode<Data, V>, variables: V): V {
  // Who asks anew once that changes says so: an effect that asks need not begin again.
  return onBehalf(document, variables, untrack(() => behalf.id));
}

const EARLY_FOR = 10_000;
const early = new Map<unknown, { variables: string; answer: Promise<Answer<unknown>> }>();

/** Ask what is sure to be asked soon, so that the answer is under way already; whoever asks it first gets it. */
export function askEarly<Data, V extends Variables>(document: TypedDocumentNode<Data, V>, variables: V): void {
  early.set(document, { variables: JSON.stringify(saying(document, variables)), answer: ask(document, variables, { fresh: true }) });
  setTimeout(() => early.delete(document), EARLY_FOR);
}

function takeEarly<Data, V extends Variables>(document: TypedDocumentNode<Data, V>, variables: V): Promise<Answer<unknown>> | undefined {
  const found = early.get(document);
  if (!found) return undefined;
  if (found.variables !== JSON.stringify(saying(document, variables))) return undefined;
  early.delete(document);
  return found.answer;
}

/** Whether an answer is at hand from before: it can be shown at once, and may be old. */
export function known<Data, V extends Variables>(document: TypedDocumentNode<Data, V>, variables: V): boolean {
  return client.readQuery(document, saying(document, variables)) !== null;
}

/** Ask; `fresh` asks the server also where the answer is known. */
export async function ask<Data, V extends Variables>(
  document: TypedDocumentNode<Data, V>,
  variables: V,
  options: { fresh?: boolean } = {},
): Promise<Answer<Data>> {
  const begun = takeEarly(document, variables);
  if (begun) return (await begun) as Answer<Data>;
  const requestPolicy = options.fresh ? "network-only" : "cache-first";
  const result = await client.query(document, saying(document, variables), { requestPolicy }).toPromise();
  if (result.error) return { trouble: troubleOf(result.error) };
  return { data: result.data as Data };
}

/** Have something done. */
export async function act<Data, V extends Variables>(
  document: TypedDocumentNode<Data, V>,
  variables: V,
): Promise<Answer<Data>> {
  const result = await client.mutation(document, saying(document, variables)).toPromise();
  if (result.error) return { trouble: troubleOf(result.error) };
  return { data: result.data as Data };
}
