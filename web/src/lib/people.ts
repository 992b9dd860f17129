/** Who holds what when, and who can sign in: pure, so that it can be tested. */
import type { Role } from "./shell.svelte";

export interface Span {
  startsOn: string;
  endsOn: string | null;
}
export interface Held extends Span {
  id: string;
  role: Role;
  department: { id: string; name: string } | null;
}
export interface Account {
  login: string;
  hasPassword: boolean;
  hasSecondFactor: boolean;
  disabled: boolean;
  fromProvider: boolean;
}
export interface Somebody {
  name: string;
  staffNumber: string;
  career: Held[];
  account: Account | null;
}

export { today } from "./today";

/** A day so many days later. */
export function later(day: string, days: number): string {
  const moment = new Date(`${day}T00:00:00Z`);
  moment.setUTCDate(moment.getUTCDate() + days);
  return moment.toISOString().slice(0, 10);
}

/** The first of April that comes next, today included. */
export function nextApril(day: string): string {
  const year = Number(day.slice(0, 4));
  const first = `${year}-04-01`;
  return day <= first ? first : `${year + 1}-04-01`;
}

/** When something holds, seen from a day; "void" was taken back before it began. */
export function when(span: Span, day: string): "past" | "now" | "ahead" | "void" {
  if (span.endsOn !== null && span.endsOn < span.startsOn) return "void";
  if (day < span.startsOn) return "ahead";
  return span.endsOn !== null && span.endsOn < day ? "past" : "now";
}

export type SignIn = "none" | "invited" | "ready" | "disabled";

/** How far somebody is from signing in. */
export function signIn(account: Account | null): SignIn {
  if (account === null) return "none";
  if (account.disabled) return "disabled";
  return account.hasPassword || account.fromProvider ? "ready" : "invited";
}

/** A text as it is searched: width and case do not matter. */
export function folded(text: string): string {
  return text.normalize("NFKC").toLowerCase().replace(/\s/g, "");
}

export interface Filter {
  text: string;
  department: string;
  /** A role, or NONE for who holds nothing now. */
  role: string;
  /** A `SignIn`, or "left" for who can sign in and holds nothing, now or to come. */
  state: string;
}

/** Whom a filter finds on a day. */
export function finds(filter: Filter, one: Somebody, day: string): boolean {
  const held = one.career.filter((post) => when(post, day) === "now");
  const words = folded([one.name, one.staffNumber, one.account?.login ?? ""].join(" "));
  const state = signIn(one.account);
  return (
    words.includes(folded(filter.text)) &&
    (!filter.department || held.some((post) => post.department?.id === filter.department)) &&
    (!filter.role || (filter.role === "NONE" ? held.length === 0 : held.some((post) => post.role === filter.role))) &&
    (!filter.state || (filter.state === "left" ? state === "ready" && hasLeft(one, day) : state === filter.state))
  );
}

/** Whether somebody holds nothing, now or to come. */
export function hasLeft(one: { career: Held[] }, day: string): boolean {
  return one.career.every((post) => ["past", "void"].includes(when(post, day)));
}

/** A one-time link that was made; `url` is null where it went by mail. */
export interface Made {
  url: string | null;
  mailedTo: string | null;
  expiresAt: string;
}

/** Leave to decide for somebody (代決). */
export interface Leave {
  id: string;
  startsOn: string;
  endsOn: string;
  principal: { name: string };
  delegate: { name: string } | null;
}
