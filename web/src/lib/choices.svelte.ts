/** What the conditions of a search can be chosen from, and what each chosen one is called. */
import { CHOICES } from "../api/search";
import type { ResultOf } from "../api/graphql";
import { Asked, pagesOfProjects } from "./asked.svelte";
import { listed } from "./asking";
import type { Trouble } from "./client";
import { kindGroups, kinds, moves, type Words } from "./entries";
import { shell } from "./shell.svelte";
import { authorities, stages, word } from "./values";
import { day, language, say } from "./words.svelte";

export interface Choice {
  value: string;
  label: string;
}
type Data = ResultOf<typeof CHOICES>;

const choicesOf = (list: Record<string, Words>): Choice[] =>
  Object.keys(list).map((value) => ({ value, label: word(list, value) }));

/** Made by a screen while it is being set up. */
export class Choices {
  readonly #asked = new Asked(CHOICES, () => ({ lang: language.lang }), { pages: pagesOfProjects() });

  get data(): Data | undefined {
    return this.#asked.data;
  }
  get trouble(): Trouble | undefined {
    return this.#asked.trouble;
  }
  async again(): Promise<void> {
    await this.#asked.again();
  }
  get projects(): Data["projects"]["nodes"] {
    return this.data?.projects.nodes ?? [];
  }
  /** The id of each project by its code. */
  get ids(): Map<string, string> {
    return new Map(this.projects.map((one) => [one.code, one.id]));
  }
  get people(): Choice[] {
    return (this.data?.people ?? []).map((one) => ({ value: one.id, label: `${one.name}（${one.staffNumber}）` }));
  }
  get departments(): Choice[] {
    return (shell.data?.departments ?? []).map((one) => ({ value: one.id, label: one.name }));
  }
  cycles(code: string | null): Choice[] {
    const project = this.projects.find((one) => one.code === code);
    return (project?.cycles ?? []).map((one) => ({ value: one.id, label: one.fiscalYearLabel }));
  }
  /** Of the conditions that are lists: what there is to tick. */
  groups(name: string): { name?: string; choices: Choice[] }[] {
    if (name === "kind") return kindGroups.map((one) => ({ name: say(...one.name), choices: choicesOf(one.kinds) }));
    if (name === "trigger") return [{ choices: choicesOf(moves) }];
    if (name === "authority") return [{ choices: choicesOf(authorities) }];
    if (name === "grade")
      return [{ choices: (this.data?.plan.grades ?? []).map((one) => ({ value: one.code, label: `${one.code} ${one.label}` })) }];
    return [{ choices: choicesOf(stages) }];
  }
  /** What a condition in the address says, in words. */
  told(query: URLSearchParams, name: string): string {
    const value = query.get(name) ?? "";
    const of = (list: Choice[]): string => list.find((one) => one.value === value)?.label ?? value;
    switch (name) {
      case "kind":
        return listed(query, name).map((one) => word(kinds, one)).join("・");
      case "trigger":
      case "authority":
      case "grade":
      case "fromStage":
      case "toStage": {
        const all = this.groups(name).flatMap((one) => one.choices);
        return listed(query, name).map((one) => all.find((other) => other.value === one)?.label ?? one).join("・");
      }
      case "department":
      case "departmentNow":
      case "actorDepartment":
        return of(this.departments);
      case "actor":
      case "onBehalfOf":
      case "person":
        return of(this.people);
      case "cycle":
        return this.cycles(query.get("project")).find((one) => one.value === value)?.label ?? say("指定のサイクル", "the cycle given");
      case "project":
        return this.projects.find((one) => one.code === value)?.title ?? value;
      case "since":
      case "until":
        return /^\d{4}-\d\d-\d\d$/.test(value) ? day(value) : value;
      default:
        return value;
    }
  }
}

const labels: Record<string, Words> = {
  text: ["ことば", "Words"],
  since: ["この日から", "From"],
  until: ["この日まで", "Until"],
  project: ["取組", "Project"],
  department: ["所管の課（当時）", "Owner then"],
  departmentNow: ["所管の課（いま）", "Owner today"],
  actorDepartment: ["操作した人の課", "Department of who did it"],
  kind: ["種類", "Kind"],
  trigger: ["操作", "Act"],
  fromStage: ["移動前の段階", "From stage"],
  toStage: ["移動後の段階", "To stage"],
  grade: ["達成度", "Grade"],
  authority: ["権限", "Authority"],
  actor: ["操作した人", "Who did it"],
  onBehalfOf: ["代決された人", "On behalf of"],
  person: ["関わった人", "Anybody involved"],
  cycle: ["サイクル", "Cycle"],
  sequenceFrom: ["記録番号（から）", "From number"],
  sequenceTo: ["記録番号（まで）", "To number"],
};

export const conditionName = (name: string): string => word(labels, name);
