/** How the API is told on whose behalf something is asked or done (代決): here, and nowhere else. */
import type { TypedDocumentNode } from "@urql/core";

/** Every input that takes whose decision it is; a test holds this against the API's own list. */
export const takers: ReadonlySet<string> = new Set([
  "AnswerFindingInput",
  "AnswerRolloutInput",
  "ChangeProjectStatusInput",
  "CorrectInput",
  "EditSheetInput",
  "FireInput",
  "ProposeRolloutInput",
  "RevisePlanInput",
  "TransferOwnershipInput",
  "WithdrawEvidenceInput",
]);

interface Type {
  type?: Type;
  name?: { value: string };
}
interface Definition {
  variableDefinitions?: readonly { variable: { name: { value: string } }; type: Type }[];
}

function named(type: Type): string {
  return type.type ? named(type.type) : (type.name?.value ?? "");
}

/**
 * The variables with the person on whose behalf it is: a query says by `$onBehalfOf` that it wants
 * to know, a mutation by the type of its input. What says so itself stays as it is.
 */
export function onBehalf<Data, V extends Record<string, unknown>>(
  document: TypedDocumentNode<Data, V>,
  variables: V,
  principal: string | undefined,
): V {
  if (principal === undefined) return variables;
  const added: Record<string, unknown> = { ...variables };
  const decided = (input: object): object => ({ onBehalfOf: principal, ...input });
  const declared = (document.definitions as unknown as Definition[]).flatMap((one) => one.variableDefinitions ?? []);
  for (const { variable, type } of declared) {
    const name = variable.name.value;
    const value = variables[name];
    if (name === "onBehalfOf") added[name] ??= principal;
    else if (!takers.has(named(type))) continue;
    else if (Array.isArray(value)) added[name] = value.map(decided);
    else if (typeof value === "object" && value !== null) added[name] = decided(value);
  }
  return added as V;
}
