import { describe, expect, it } from "vitest";
import { finds, hasLeft, type Held, later, nextApril, signIn, type Somebody, when } from "../src/lib/people";

const post = (startsOn: string, endsOn: string | null, more: Partial<Held> = {}): Held => ({
  id: startsOn,
  role: "STAFF",
  department: { id: "dep_1", name: "総務課" },
  startsOn,
  endsOn,
  ...more,
});
const account = { login: "l1", hasPassword: true, hasSecondFactor: false, disabled: false, fromProvider: false };
const somebody = (career: Held[], more: Partial<Somebody> = {}): Somebody => ({
  name: "階上 太郎",
  staffNumber: "Ａ００１",
  career,
  account,
  ...more,
});
const all = { text: "", department: "", role: "", state: "" };
const DAY = "2027-04-01";

describe("an appointment", () => {
  it("holds on its first and its last day, and on none where it was taken back", () => {
    expect(when(post(DAY, DAY), DAY)).toBe("now");
    expect(when(post("2027-03-31", null), DAY)).toBe("now");
    expect(when(post("2027-03-01", "2027-03-31"), DAY)).toBe("past");
    expect(when(post("2027-04-02", null), DAY)).toBe("ahead");
    expect(when(post("2027-04-02", "2027-04-01"), DAY)).toBe("void");
  });
});

describe("days", () => {
  it("go over months and years", () => {
    expect(later("2027-03-31", 1)).toBe("2027-04-01");
    expect(later("2028-03-01", -1)).toBe("2028-02-29");
    expect(nextApril("2027-03-31")).toBe("2027-04-01");
    expect(nextApril(DAY)).toBe(DAY);
    expect(nextApril("2027-04-02")).toBe("2028-04-01");
  });
});

describe("people", () => {
  it("are found by name and number, whatever the width", () => {
    expect(finds({ ...all, text: "a001" }, somebody([]), DAY)).toBe(true);
    expect(finds({ ...all, text: "階上太郎" }, somebody([]), DAY)).toBe(true);
    expect(finds({ ...all, text: "次郎" }, somebody([]), DAY)).toBe(false);
  });

  it("are found by what they hold now, not by what is over or to come", () => {
    const moved = somebody([post("2026-04-01", "2027-03-31"), post("2027-05-01", null, { role: "LEAD" })]);
    expect(finds({ ...all, department: "dep_1" }, moved, DAY)).toBe(false);
    expect(finds({ ...all, role: "NONE" }, moved, DAY)).toBe(true);
    expect(finds({ ...all, role: "LEAD" }, moved, DAY)).toBe(false);
    expect(finds({ ...all, role: "LEAD" }, moved, "2027-05-01")).toBe(true);
  });

  it("who have left and can still sign in stand out; whose time is to come do not", () => {
    const gone = somebody([post("2026-04-01", "2027-03-31")]);
    expect(finds({ ...all, state: "left" }, gone, DAY)).toBe(true);
    expect(finds({ ...all, state: "left" }, { ...gone, account: { ...account, disabled: true } }, DAY)).toBe(false);
    expect(hasLeft(somebody([post("2027-05-01", null)]), DAY)).toBe(false);
  });

  it("can sign in, or are told why not", () => {
    expect(signIn(null)).toBe("none");
    expect(signIn({ ...account, hasPassword: false })).toBe("invited");
    expect(signIn({ ...account, hasPassword: false, fromProvider: true })).toBe("ready");
    expect(signIn({ ...account, disabled: true })).toBe("disabled");
  });
});
