"""What one fiscal year's text becomes: the deeds that write a sheet and move its cycle."""

from dataclasses import dataclass

from seed.demo.content import YearText
from seed.demo.deeds import Pull, WritePlan, WriteResults, WriteTexts
from workflows.stages import SheetPart, Trigger


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """The deeds of one cycle. `again` adds what the office missed when it sent the cycle back."""

    code: str
    fiscal_year: int
    text: YearText
    spent: float
    """Share of the budget."""
    so_far: float
    """Share of the year's way that the interim report tells of."""

    def plan(self, *, again: bool = False) -> WritePlan:
        """Return the plan's part."""
        text = self.text
        return WritePlan(
            code=self.code,
            fiscal_year=self.fiscal_year,
            values={
                "goal": text.goal,
                "schedule": self._more(text.schedule, again=again),
                "budget_yen": text.budget_yen,
            },
            measures=text.measures,
        )

    def report(self) -> Pull:
        """Return the interim report."""
        return Pull(
            code=self.code,
            fiscal_year=self.fiscal_year,
            trigger=Trigger.REPORT_INTERIM,
            report=self.text.interim,
            figures=tuple(m.so_far(self.so_far) for m in self.text.measures),
        )

    def results(self, *, again: bool = False) -> WriteResults:
        """Return the results' part; what was spent is rounded to a thousand yen."""
        revised = self.text.revised
        budget = (revised and revised.budget_yen) or self.text.budget_yen
        return WriteResults(
            code=self.code,
            fiscal_year=self.fiscal_year,
            values={
                "activities": self._more(self.text.activities, again=again),
                "spent_yen": round(budget * self.spent / 1000) * 1000,
            },
            measures=self.text.measures,
        )

    def evaluation(self, *, again: bool = False) -> WriteTexts:
        """Return the evaluation's part."""
        return WriteTexts(
            code=self.code,
            fiscal_year=self.fiscal_year,
            part=SheetPart.EVALUATION,
            values={
                "grade": self.text.grade,
                "issues": self._more(self.text.issues, again=again),
            },
        )

    def improvement(self) -> WriteTexts:
        """Return the decision's part."""
        return WriteTexts(
            code=self.code,
            fiscal_year=self.fiscal_year,
            part=SheetPart.IMPROVEMENT,
            values={
                "improvement": self.text.improvement,
                "direction": str(self.text.direction),
            },
        )

    def pull(self, trigger: Trigger, reason: str = "", number: str = "") -> Pull:
        """Return a move of the cycle; `number` is the 決裁番号."""
        return Pull(
            code=self.code,
            fiscal_year=self.fiscal_year,
            trigger=trigger,
            reason=reason,
            approval_number=number,
            revised=self.text.revised if trigger is Trigger.REVISE_PLAN else None,
        )

    def _more(self, text: str, *, again: bool) -> str:
        return f"{text}\n{self.text.returned.again}" if again and self.text.returned else text
