/** The screens, their addresses, and who finds them in the navigation. */
import type { Component } from "svelte";
import type { Role } from "./shell.svelte";
import { say } from "./words.svelte";

export interface Loaded {
  default: Component;
  /** Asks what the screen will ask first, while who is there is still being asked. */
  askEarly?: () => void;
}

export interface Screen {
  /** What its address looks like. */
  path: RegExp;
  /** Where the navigation leads; a screen without one is reached from others. */
  href?: string;
  name: () => string;
  /** Who finds it in the navigation: everybody where it is left out. The API decides what is shown. */
  roles?: readonly Role[];
  load: () => Promise<Loaded>;
}

export interface Section {
  href: string;
  name: () => string;
  roles?: readonly Role[];
  screens: readonly Screen[];
}

const anybodyHere: readonly Role[] = ["STAFF", "LEAD", "OFFICE", "AUDITOR", "ADMIN"];
const office: readonly Role[] = ["OFFICE", "ADMIN"];
const review: readonly Role[] = ["OFFICE", "AUDITOR", "ADMIN"];

export const sections: readonly Section[] = [
  {
    href: "/work",
    name: () => say("仕事", "Work"),
    roles: anybodyHere,
    screens: [
      { path: /^\/work$/, href: "/work", name: () => say("仕事", "Work"), load: () => import("../screens/Work.svelte") },
      { path: /^\/news$/, href: "/news", name: () => say("お知らせ", "News"), load: () => import("../screens/News.svelte") },
    ],
  },
  {
    href: "/board",
    name: () => say("ボード", "Board"),
    screens: [{ path: /^\/board$/, href: "/board", name: () => say("ボード", "Board"), load: () => import("../screens/Board.svelte") }],
  },
  {
    href: "/plan",
    name: () => say("計画", "Plan"),
    screens: [
      { path: /^\/plan$/, href: "/plan", name: () => say("計画", "Plan"), load: () => import("../screens/Plan.svelte") },
      { path: /^\/projects\/[^/]+$/, name: () => say("取組", "Project"), load: () => import("../screens/Project.svelte") },
    ],
  },
  {
    href: "/history",
    name: () => say("記録", "Record"),
    screens: [
      { path: /^\/history$/, href: "/history", name: () => say("さがす", "Search"), load: () => import("../screens/history/Search.svelte") },
      { path: /^\/history\/\d+$/, name: () => say("記録の一件", "Entry"), load: () => import("../screens/history/Entry.svelte") },
      { path: /^\/history\/compare$/, href: "/history/compare", name: () => say("時点と比較", "Then and now"), load: () => import("../screens/history/Compare.svelte") },
      { path: /^\/history\/findings$/, href: "/history/findings", name: () => say("指摘", "Findings"), roles: anybodyHere, load: () => import("../screens/history/Findings.svelte") },
      { path: /^\/history\/scrutiny$/, href: "/history/scrutiny", name: () => say("目に留まる点", "What stands out"), roles: review, load: () => import("../screens/history/Scrutiny.svelte") },
      { path: /^\/history\/verify$/, href: "/history/verify", name: () => say("検証", "Verify"), load: () => import("../screens/history/Verify.svelte") },
      { path: /^\/history\/checkpoints$/, href: "/history/checkpoints", name: () => say("チェックポイント", "Checkpoints"), load: () => import("../screens/history/Checkpoints.svelte") },
      { path: /^\/history\/copies$/, href: "/history/copies", name: () => say("写し", "Copies"), roles: anybodyHere, load: () => import("../screens/history/Copies.svelte") },
    ],
  },
  {
    href: "/admin",
    name: () => say("管理", "Administration"),
    roles: office,
    screens: [
      { path: /^\/admin$/, href: "/admin", name: () => say("職員", "People"), load: () => import("../screens/admin/People.svelte") },
      { path: /^\/admin\/people\/.+$/, name: () => say("職員", "Person"), roles: office, load: () => import("../screens/admin/Person.svelte") },
      { path: /^\/admin\/reshuffle$/, href: "/admin/reshuffle", name: () => say("人事異動", "Reshuffle"), roles: ["ADMIN"], load: () => import("../screens/admin/Reshuffle.svelte") },
      { path: /^\/admin\/delegations$/, href: "/admin/delegations", name: () => say("代決", "Acting for others"), roles: ["ADMIN"], load: () => import("../screens/admin/Delegations.svelte") },
      { path: /^\/admin\/plan$/, href: "/admin/plan", name: () => say("計画の取込み", "Load a plan"), roles: ["OFFICE"], load: () => import("../screens/admin/Import.svelte") },
      { path: /^\/admin\/settings$/, href: "/admin/settings", name: () => say("設定", "Settings"), roles: ["ADMIN"], load: () => import("../screens/admin/Settings.svelte") },
    ],
  },
];

/** Whether somebody with these roles finds it in the navigation. */
export function isFor(one: { roles?: readonly Role[] }, roles: ReadonlySet<Role>): boolean {
  return one.roles === undefined || one.roles.some((role) => roles.has(role));
}

/** What is at an address; undefined where nothing of ours is. */
export function at(path: string): { section: Section; screen: Screen } | undefined {
  for (const section of sections) {
    const screen = section.screens.find((one) => one.path.test(path));
    if (screen) return { section, screen };
  }
  return undefined;
}
