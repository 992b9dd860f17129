/** What roles are called. */
import type { Role } from "./shell.svelte";
import { say } from "./words.svelte";

export const roleNames: Record<Role, [string, string]> = {
  STAFF: ["担当者", "Staff"],
  LEAD: ["課長・グループリーダー", "Lead"],
  OFFICE: ["DX推進担当", "DX office"],
  AUDITOR: ["監査委員", "Auditor"],
  ADMIN: ["システム管理者", "Administrator"],
};
export const roles = Object.keys(roleNames) as Role[];

/** The roles that are held in a department. */
export const inDepartment: readonly Role[] = ["STAFF", "LEAD"];

export function roleName(role: Role): string {
  return say(...roleNames[role]);
}

/** The name that stands in lists whatever language the page speaks. */
export function roleInLists(role: Role): string {
  return roleNames[role][0];
}

export function postName(post: { role: Role; department: { name: string } | null }): string {
  return [post.department?.name, roleName(post.role)].filter(Boolean).join(" ");
}
