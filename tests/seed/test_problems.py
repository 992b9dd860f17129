"""What is said about faults."""

import re

import pytest

from seed.problems import _MESSAGES, PlanTextError, Problem, ProblemCode, problem


@pytest.mark.parametrize("code", ProblemCode)
def test_every_fault_has_words_in_both_languages(code: ProblemCode) -> None:
    """With the same facts in each."""
    ja, en = _MESSAGES[code]
    facts = [set(re.findall(r"\{(\w+)\}", text)) for text in (ja, en)]
    assert facts[0] == facts[1]
    filled = problem(3, code, **dict.fromkeys(facts[0], "fact"))
    assert "{" not in filled.message_ja + filled.message_en
    assert re.search("[ぁ-ん]", filled.message_ja)
    assert ja.endswith("。")
    assert "。" not in en


def test_the_error_lists_all_faults_a_line_each() -> None:
    """In the order of their lines."""

    def fault(line: int) -> Problem:
        return Problem(line=line, code=ProblemCode.MARKUP, message_ja="日", message_en="en")

    refused = PlanTextError([fault(30), fault(4)])
    assert [each.line for each in refused.problems] == [4, 30]
    assert str(refused) == "4: MARKUP: 日 / en\n30: MARKUP: 日 / en"
