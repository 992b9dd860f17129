/** Whose decisions are made in this tab: the person's own, or somebody's for whom they may decide (代決). */
import type { Role } from "./shell.svelte";
import { say } from "./words.svelte";

export interface Principal {
  id: string;
  name: string;
  /** What the person holds today, as far as it may be decided for them. */
  posts: readonly { role: Role; department: { id: string; name: string } | null }[];
}

interface Chosen {
  /** Who chose: what stands here is nobody else's. */
  person: string;
  principal: string;
  name: string;
}

const KEY = "behalf";

let person = "";
let chosen = $state.raw(remembered());
let principals = $state.raw<readonly Principal[]>([]);
let lost = $state("");
const principal = $derived(principals.find((one) => one.id === chosen?.principal));
const id = $derived(principal?.id);

function remembered(): Chosen | undefined {
  try {
    return (JSON.parse(sessionStorage.getItem(KEY) ?? "null") as Chosen | null) ?? undefined;
  } catch {
    return undefined;
  }
}

function remember(what: Chosen | undefined): void {
  chosen = what;
  try {
    if (what) sessionStorage.setItem(KEY, JSON.stringify(what));
    else sessionStorage.removeItem(KEY);
  } catch {
    // without storage it holds until the page is left
  }
}

export const behalf = {
  /** For whom the person may decide today. */
  get principals(): readonly Principal[] {
    return principals;
  },
  /** For whom they do; undefined while they act for themselves. */
  get principal(): Principal | undefined {
    return principal;
  },
  get id(): string | undefined {
    return id;
  },
  /** The name of whom they decided for until the leave ended; empty where nothing ended. */
  get lost(): string {
    return lost;
  },
};

/** To be called in an effect that is to begin anew whenever that changes. */
export function heedBehalf(): string | undefined {
  return id;
}

/** Decide for somebody from now on; for oneself where it is nobody. */
export function decideFor(whom: string): void {
  lost = "";
  const one = principals.find((some) => some.id === whom);
  remember(one && { person, principal: one.id, name: one.name });
}

/** To be told by the server's answer: who is there, and for whom they may decide. */
export function mayDecideFor(who: string | undefined, whom: readonly Principal[]): void {
  person = who ?? "";
  principals = whom;
  if (!chosen || (chosen.person === person && whom.some((one) => one.id === chosen?.principal))) return;
  lost = chosen.person === person ? chosen.name : "";
  remember(undefined);
}

/** A person for whom one decides, as they are called here. */
export function calledIn(one: Principal): string {
  return [...new Set(one.posts.flatMap(({ department }) => (department ? [department.name] : []))), one.name].join(" ");
}

/** Who will stand in the record as who did it. */
export function doer(name: string | undefined): string {
  const whose = principal ? say(`（代決：${principal.name}）`, ` (for ${principal.name})`) : "";
  return `${name ?? ""}${whose}`;
}
