/** Asks this server, as whoever is signed in; what follows the record comes as server-sent events. */
import type { GraphiQLProps } from "graphiql";
import { type DocumentNode, getOperationAST, parse } from "graphql";
import { frames } from "../lib/frames";

type Fetcher = GraphiQLProps["fetcher"];
type Asked = Parameters<Fetcher>[0];

export const fetcher: Fetcher = (asked) => {
  const document = documentOf(asked.query);
  const only = document && getOperationAST(document);
  // GraphiQL may still name the operation of the tab before.
  const named = only ? { ...asked, operationName: only.name?.value ?? null } : asked;
  const found = only ?? (document && getOperationAST(document, asked.operationName));
  const follows = String(found?.operation) === "subscription";
  return follows ? stream(named) : answer(named);
};

function documentOf(query: string): DocumentNode | undefined {
  try {
    return parse(query);
  } catch {
    return undefined; // the server says what is wrong with it
  }
}

async function send(asked: Asked, accept: string): Promise<Response> {
  return fetch("/graphql", {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json", Accept: accept },
    body: JSON.stringify(asked),
  });
}

async function answer(asked: Asked): Promise<object> {
  const response = await send(asked, "application/json");
  return (await response.json()) as object;
}

async function* stream(asked: Asked): AsyncGenerator<object> {
  const response = await send(asked, "text/event-stream");
  if (!response.headers.get("Content-Type")?.startsWith("text/event-stream") || !response.body) {
    yield (await response.json()) as object;
    return;
  }
  for await (const frame of frames(response.body)) {
    if (frame.event === "complete") return;
    if (frame.event === "next") yield JSON.parse(frame.data) as object;
  }
}
