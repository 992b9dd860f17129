import { describe, expect, it } from "vitest";
import { type Form, formOf, inputOf, merged, plainNumber } from "../src/lib/sheet";

const form = (values: Record<string, string>, lines: Record<string, string>[] = []): Form => ({ values, lines });

describe("a form", () => {
  it("has what the sheet says, as text, without indicators that were withdrawn", () => {
    const sheet = { goal: "目標", schedule: "", budgetYen: 1200, grade: null };
    const indicators = [
      { id: "ind_1", name: "率", unit: "%", baseline: "1", target: null, withdrawn: false },
      { id: "ind_2", name: "古い", withdrawn: true },
    ];
    expect(formOf("PLAN", sheet, indicators)).toEqual({
      values: { goal: "目標", schedule: "", budgetYen: "1200" },
      lines: [
        { id: "ind_1", name: "率", unit: "%", baseline: "1", target: "", qualitativeGoal: "", reasonNoNumber: "" },
      ],
    });
    expect(formOf("EVALUATION", sheet, indicators).lines).toEqual([]);
  });

  it("takes full-width digits, commas and 円", () => {
    expect(plainNumber("１，２３４円")).toBe("1234");
    const asked = inputOf("RESULTS", form({ activities: "した", spentYen: "３２０，０００" }, [{ id: "ind_1", actual: "４７", result: "", reasonNotMeasured: "" }]));
    expect(asked).toEqual({
      input: {
        results: {
          activities: "した",
          spentYen: 320000,
          actuals: [{ indicator: "ind_1", actual: "47", result: "", reasonNotMeasured: "" }],
        },
      },
    });
  });

  it("says which field is no number", () => {
    expect(inputOf("PLAN", form({ goal: "", schedule: "", budgetYen: "約百万" }))).toEqual({ wrong: "budgetYen" });
  });

  it("sends a new indicator without an id, and empty choices as null", () => {
    const plan = inputOf("PLAN", form({ goal: "", schedule: "", budgetYen: "" }, [{ id: "", name: "率", target: "" }]));
    expect(plan).toEqual({
      input: { plan: { goal: "", schedule: "", budgetYen: null, indicators: [{ name: "率", target: null }] } },
    });
    const evaluation = inputOf("EVALUATION", form({ grade: "", issues: "無し" }));
    expect(evaluation).toEqual({ input: { evaluation: { grade: null, issues: "無し" } } });
  });
});

describe("two who edit at once", () => {
  const base = form({ goal: "a", schedule: "b" }, [{ id: "1" }]);

  it("keep what only one of them changed", () => {
    const { form: joined, clashes } = merged(base, form({ goal: "mine", schedule: "b" }, [{ id: "1" }]), form({ goal: "a", schedule: "theirs" }, [{ id: "2" }]));
    expect(joined).toEqual(form({ goal: "mine", schedule: "theirs" }, [{ id: "2" }]));
    expect(clashes).toEqual([]);
  });

  it("choose where both changed the same differently", () => {
    const { form: joined, clashes } = merged(base, form({ goal: "mine", schedule: "b" }, [{ id: "3" }]), form({ goal: "theirs", schedule: "b" }, [{ id: "2" }]));
    expect(joined).toEqual(form({ goal: "mine", schedule: "b" }, [{ id: "3" }]));
    expect(clashes.map((one) => one.name)).toEqual(["goal", "lines"]);
    expect(clashes[0]).toMatchObject({ mine: "mine", theirs: "theirs" });
  });

  it("need not choose where both wrote the same", () => {
    const same = form({ goal: "same", schedule: "b" }, [{ id: "1" }]);
    expect(merged(base, same, same).clashes).toEqual([]);
  });
});
