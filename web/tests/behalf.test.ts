import { readFileSync } from "node:fs";
import type { TypedDocumentNode } from "@urql/core";
import { buildSchema, type DocumentNode, getNamedType, isInputObjectType, Kind, OperationTypeNode, parse, print, TypeInfo, visit, visitWithTypeInfo } from "graphql";
import { describe, expect, it } from "vitest";
import { onBehalf, takers } from "../src/lib/onbehalf";

const here = import.meta.dirname;
const schema = buildSchema(readFileSync(`${here}/../../schema/schema.graphql`, "utf8"));
const files = import.meta.glob<Record<string, unknown>>("../src/api/*.ts", { eager: true });
/** Every document of the page, as the API reads it. */
const documents = Object.values(files)
  .flatMap((file) => Object.values(file))
  .filter((one): one is DocumentNode => typeof one === "object" && one !== null && "definitions" in one)
  .map((one) => parse(print(one)));

type Document = TypedDocumentNode<unknown, Record<string, unknown>>;
const document = (text: string): Document => parse(text);

describe("on whose behalf", () => {
  it("is told by exactly those inputs of acts that the API gives it", () => {
    const asked = Object.values(schema.getTypeMap())
      .filter((one) => isInputObjectType(one) && one.name.endsWith("Input") && "onBehalfOf" in one.getFields())
      .map((one) => one.name);
    expect([...takers].sort()).toEqual(asked.sort());
  });

  it("is asked for wherever a field may be seen so", () => {
    const forgotten: string[] = [];
    let seen = 0;
    for (const one of documents) {
      const info = new TypeInfo(schema);
      const Field = (node: { name: { value: string }; arguments?: readonly { name: { value: string }; value: object }[] }): void => {
        if (!info.getFieldDef()?.args.some((arg) => arg.name === "onBehalfOf")) return;
        seen += 1;
        const value = node.arguments?.find((arg) => arg.name.value === "onBehalfOf")?.value as { name?: { value: string } } | undefined;
        if (value?.name?.value !== "onBehalfOf") forgotten.push(`${info.getParentType()?.name ?? ""}.${node.name.value}`);
      };
      visit(one, visitWithTypeInfo(info, { Field }));
    }
    expect(forgotten).toEqual([]);
    expect(seen).toBeGreaterThan(10);
  });

  it("goes along with every mutation whose input has it", () => {
    let seen = 0;
    for (const one of documents) {
      for (const definition of one.definitions) {
        if (definition.kind !== Kind.OPERATION_DEFINITION || definition.operation !== OperationTypeNode.MUTATION) continue;
        const fields = schema.getMutationType()!.getFields();
        for (const selected of definition.selectionSet.selections) {
          if (selected.kind !== Kind.FIELD) continue;
          const arg = fields[selected.name.value]?.args.find((some) => some.name === "input");
          const type = arg && getNamedType(arg.type);
          if (!isInputObjectType(type) || !("onBehalfOf" in type.getFields())) continue;
          seen += 1;
          const many = !print(definition).includes(`$input: ${type.name}`);
          const input = many ? [{ idempotencyKey: "k" }] : { idempotencyKey: "k" };
          const told = JSON.stringify(onBehalf(one as unknown as Document, { input }, "p"));
          expect(told, selected.name.value).toContain('"onBehalfOf":"p"');
        }
      }
    }
    expect(seen).toBe(12);
  });

  it("leaves alone what takes none, what says so itself, and whoever acts for themselves", () => {
    const fire = document("mutation F($input: FireInput!) { x }");
    const comment = document("mutation C($input: CommentInput!) { x }");
    const query = document("query Q($onBehalfOf: ID, $input: String) { x }");
    expect(onBehalf(fire, { input: { a: 1 } }, undefined)).toEqual({ input: { a: 1 } });
    expect(onBehalf(comment, { input: { a: 1 } }, "p")).toEqual({ input: { a: 1 } });
    expect(onBehalf(query, { input: "text" }, "p")).toEqual({ input: "text", onBehalfOf: "p" });
    expect(onBehalf(fire, { input: { onBehalfOf: "q" } }, "p")).toEqual({ input: { onBehalfOf: "q" } });
  });

  it("is told nowhere but there", () => {
    const sources = import.meta.glob<string>("../src/**/*.{ts,svelte}", { eager: true, query: "?raw", import: "default" });
    const past = Object.entries(sources).filter(([, text]) => /client\.(mutation|query)\(/.test(text)).map(([name]) => name);
    expect(past).toEqual(["../src/lib/client.ts"]);
  });
});
