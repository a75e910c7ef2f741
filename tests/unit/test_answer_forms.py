"""The forms of an answer: JSON with stable keys, the ESS validation report, the page; and what none of them repeats."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from data_contracts.translations import known_languages, translated
from pipelines.answer_forms import FORMS, in_form, to_json_text
from pipelines.checking import CheckResult, check_path
from pipelines.errors import UnreadableReturn
from tests.unit.template_filling import CATALOG, REGION
from tests.unit.test_answer import ENGLISH, PATH, faulty, result

__all__ = ["faulty", "result"]


def test_json_keeps_its_keys_and_takes_a_language(result: CheckResult) -> None:
    plain, told = (json.loads(to_json_text(result, texts=translated(CATALOG, name))) for name in ("en", "mk"))
    for own, found in zip(plain["findings"], result.findings, strict=True):
        assert own == {key: getattr(found, key) for key in own}
    assert [found["code"] for found in told["findings"]] == [found["code"] for found in plain["findings"]]
    assert all(
        found["rule"] != own["rule"] for found, own in zip(told["findings"], plain["findings"], strict=True)
    )
    assert "values" not in plain["findings"][0]


def test_the_validation_report_has_the_ess_structure(result: CheckResult, faulty: Path) -> None:
    report = json.loads(in_form("ess", result, path=faulty, texts=ENGLISH, time="2026-03-01T09:30:00Z"))
    validations = [item for item in report if item["type"] == "validation"]
    assert len({item["id"] for item in report}) == len(report)
    assert len(validations) == len(result.findings)
    for item in report:
        assert set(item) == {
            "id",
            "type",
            "event",
            "data",
            "value",
            "rule" if item in validations else "aggregate",
        }
        assert item["event"]["time"] == "2026-03-01T09:30:00Z"
        assert re.fullmatch(r"tesat \d+\.\d+\.\d+", item["event"]["actor"])
        assert item["event"]["input"] == f"sha256:{result.sha256}"
        assert all(isinstance(word, str) for key in item["data"]["source"] for word in key)
        assert item["data"]["target"] == [], "empty: the same as the source"
    for item, found in zip(validations, result.findings, strict=True):
        assert item["value"] == "0"
        assert (item["rule"]["expression"], item["rule"]["severity"]) == (found.code, found.severity)
        assert item["rule"]["level"] == CATALOG.findings[found.code].level
        assert (item["data"]["dataset"], item["data"]["seen"]) == (found.dataset, found.seen)
    (unknown,) = (item for item in validations if item["data"]["description"] == "arrests!C2 sex")
    assert unknown["data"]["source"] == [["XKX", "2025-1", "arrests!C2", "sex"]]
    values = {item["id"]: item["value"] for item in report if item["type"] == "aggregation"}
    assert values == {"verdict": "rejected", "errors": "7", "warnings": "1", "confirmed": "0"}


def test_without_a_time_the_report_states_none_and_is_always_the_same(
    result: CheckResult, faulty: Path
) -> None:
    one, two = (in_form("ess", result, path=faulty, texts=ENGLISH) for _ in range(2))
    assert one == two
    assert {item["event"]["time"] for item in json.loads(one)} == {"NA"}


def test_what_cannot_be_read_is_answered_in_every_form(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"no workbook")
    with pytest.raises(UnreadableReturn) as raised:
        check_path(path, catalog=CATALOG, region_name=REGION.name)
    sq = translated(CATALOG, "sq")
    forms = {form: in_form(form, raised.value, path=path, texts=sq) for form in FORMS}
    assert "NUK LEXOHET" in forms["text"] and "L0-cannot-open" in forms["text"]
    assert "NUK LEXOHET" in forms["html"]
    assert json.loads(forms["json"])["verdict"] == "rejected"
    values = {item["id"]: item["value"] for item in json.loads(forms["ess"])}
    assert values["verdict"] == "rejected" and values["1:L0-cannot-open"] == "0"
    with pytest.raises(KeyError):
        in_form("xml", raised.value, path=path, texts=sq)


class Page(HTMLParser):
    """The tags of a page, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.mark.parametrize("language", known_languages(CATALOG))
def test_the_page_is_in_the_language_asks_nobody_and_shows_all(result: CheckResult, language: str) -> None:
    page = Page(in_form("html", result, path=PATH, texts=translated(CATALOG, language)))
    assert ("html", {"lang": language}) in page.tags
    assert not [
        tag for tag, own in page.tags if tag in ("script", "link", "img") or {"src", "href"} & set(own)
    ]
    shown = " ".join(page.words)
    assert translated(CATALOG, language).word("rejected") in shown
    for found in result.findings:
        assert found.code in shown
    assert shown.count("arrests!C2") == 1


def test_what_the_file_is_called_cannot_change_the_page_or_the_terminal(result: CheckResult) -> None:
    path = Path("a<script>alert(1)<\\script>\x1b[2J.xlsx")
    assert "<script>" not in in_form("html", result, path=path, texts=ENGLISH)
    assert "\x1b" not in in_form("text", result, path=path, texts=ENGLISH)


def test_a_name_that_reads_like_personal_data_is_not_repeated(result: CheckResult) -> None:
    path = Path("JMBG 0101990710008.xlsx")
    for form in ("text", "html"):
        shown = in_form(form, result, path=path, texts=ENGLISH)
        assert "0101990710008" not in shown and "name-not-repeated-" in shown
