/** The record as the server tells it to one listener: by a stream, or asked for now and then. */
import { frames } from "./frames";

const STREAM = "subscription Live($after: Int) { history(afterSequence: $after) { __typename sequence project { code } } }";
const LATEST = "query Latest { history(first: 1) { nodes { sequence } } }";
const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;
const BETWEEN_POLLS = 20_000;
/** After so many polls a stream is tried again. */
const POLLS = 6;

/** An entry: its type, and the code of its project, null where it is about none; undefined where neither was asked. */
export interface Grown {
  sequence: number;
  kind: string | undefined;
  project: string | null | undefined;
}

export interface Listener {
  entry: (entry: Grown) => void;
  connected: (is: boolean) => void;
}

/** So many streams of this person are open already that no more are taken. */
class TooMany extends Error {}

/** Follow the record from an entry on, for as long as the page is there. */
export async function listen(after: number, listener: Listener): Promise<never> {
  let wait = FIRST_WAIT;
  for (;;) {
    try {
      for await (const entry of streamed(after, listener)) {
        wait = FIRST_WAIT;
        after = entry.sequence;
        listener.entry(entry);
      }
      listener.connected(false);
    } catch (error) {
      if (error instanceof TooMany) after = await poll(after, listener);
      else listener.connected(false);
    }
    await pause(wait);
    wait = Math.min(wait * 2, LONGEST_WAIT);
  }
}

async function* streamed(after: number, listener: Listener): AsyncGenerator<Grown> {
  const response = await post(STREAM, { after }, "text/event-stream");
  if (response.status === 429) throw new TooMany();
  if (!response.ok || !response.body) throw new Error(String(response.status));
  listener.connected(true);
  for await (const frame of frames(response.body)) {
    if (frame.event !== "next") continue;
    const told = JSON.parse(frame.data) as {
      data?: { history?: { __typename: string; sequence: number; project: { code: string } | null } };
    };
    const entry = told.data?.history;
    if (entry) yield { sequence: entry.sequence, kind: entry.__typename, project: entry.project?.code ?? null };
  }
}

/** Ask for the latest entry a few times, and return it; for where no stream is to be had. */
async function poll(after: number, listener: Listener): Promise<number> {
  for (let asked = 0; asked < POLLS; asked++) {
    const latest = await asking();
    listener.connected(latest !== undefined);
    if (latest !== undefined && latest > after) {
      after = latest;
      listener.entry({ sequence: latest, kind: undefined, project: undefined });
    }
    await pause(BETWEEN_POLLS);
  }
  return after;
}

async function asking(): Promise<number | undefined> {
  try {
    const response = await post(LATEST, {}, "application/json");
    const told = (await response.json()) as { data?: { history?: { nodes: { sequence: number }[] } } };
    return told.data?.history?.nodes[0]?.sequence;
  } catch {
    return undefined;
  }
}

function post(query: string, variables: Record<string, unknown>, accept: string): Promise<Response> {
  return fetch("/graphql", {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: accept },
    body: JSON.stringify({ query, variables }),
  });
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
