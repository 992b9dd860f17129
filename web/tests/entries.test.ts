import { readFileSync } from "node:fs";
import { buildSchema, isEnumType, isInterfaceType, isObjectType } from "graphql";
import { describe, expect, it } from "vitest";
import { kindName, kinds, moves, subjects, types } from "../src/lib/entries";
import { fieldName, fields } from "../src/lib/fields";
import { roleNames } from "../src/lib/roles";
import { directions } from "../src/lib/sheet";
import { authorities, findingStatuses, parts, stages } from "../src/lib/values";

// The language that is chosen is kept in the browser.

const schema = buildSchema(readFileSync(new URL("../../schema/schema.graphql", import.meta.url), "utf-8"));
const enumValues = (name: string): string[] => {
  const type = schema.getType(name);
  return isEnumType(type) ? type.getValues().map((one) => one.name).toSorted() : [];
};
const objectFields = (name: string): string[] => {
  const type = schema.getType(name);
  return isObjectType(type) ? Object.keys(type.getFields()) : [];
};
const entryTypes = (): string[] => {
  const entry = schema.getType("HistoryEntry");
  return isInterfaceType(entry) ? schema.getPossibleTypes(entry).map((one) => one.name) : [];
};

describe("every word of the schema has one of ours", () => {
  it("types of entries", () => {
    expect(Object.keys(types).toSorted()).toEqual(entryTypes().toSorted());
    for (const name of entryTypes()) expect(kindName({ __typename: name })).not.toBe(name);
  });

  it.each([
    ["EventKind", kinds],
    ["Trigger", moves],
    ["Stage", stages],
    ["Role", roleNames],
    ["Authority", authorities],
    ["SheetPart", parts],
    ["ProjectDirection", directions],
    ["FindingStatus", findingStatuses],
  ])("%s", (name, words) => {
    expect(Object.keys(words).toSorted()).toEqual(enumValues(name));
  });

  it("the kind of every trigger of a status", () => {
    for (const trigger of enumValues("StatusTrigger"))
      expect(kindName({ __typename: "StatusChange", statusTrigger: trigger })).not.toBe(kindName({ __typename: "StatusChange" }));
  });

  it("fields that the subjects of changes have", () => {
    const derived = new Set(["id", "revision", "position"]);
    for (const subject of Object.keys(subjects)) {
      expect(objectFields(subject), subject).not.toEqual([]);
      const type = schema.getType(subject);
      if (!isObjectType(type)) continue;
      const plain = Object.values(type.getFields()).filter((field) => {
        const named = String(field.type).replace(/[[\]!]/g, "");
        return field.args.length === 0 && !derived.has(field.name) && /^(String|Int|Boolean|Date|DateTime|Decimal|Yen|Hash|[A-Z]\w*(Status|Direction|Part)|Stage|Role)$/.test(named);
      });
      const unnamed = plain.map((field) => field.name).filter((name) => !(name in fields) && !name.startsWith("viewerCan") && !computed.has(`${subject}.${name}`));
      expect(unnamed, subject).toEqual([]);
    }
  });

  it("a name that is not known stays what it is", () => {
    expect(fieldName("goal")).toBe("目標");
    expect(fieldName("unheardOf")).toBe("unheardOf");
  });
});

/** Fields that the API works out: no change holds them. */
const computed = new Set([
  "Cycle.overdue",
  "Cycle.openSheetPart",
  "Evidence.url",
  "Evidence.charset",
  "Finding.overdue",
  "RecordKey.verifierKey",
]);

describe("of types that are several kinds", () => {
  it("an appointment that was not there has its first day", () => {
    expect(kindName({ __typename: "AppointmentChange", changes: [{ field: "startsOn" }] })).toBe("任命");
    expect(kindName({ __typename: "AppointmentChange", changes: [{ field: "endsOn" }] })).toBe("任命の終了");
    expect(kindName({ __typename: "AppointmentChange", changes: [] })).toBe("任命の変更");
    expect(kindName({ __typename: "TokenChange", revoked: true })).toBe("トークンの失効");
    expect(kindName({ __typename: "FindingEntry", kind: "FINDING_CLOSED" })).toBe("指摘の終了");
    expect(kindName({ __typename: "Transition", trigger: "EVALUATE" })).toBe("評価した");
  });
});
