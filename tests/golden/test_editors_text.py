"""The editors' text of the demonstration: what the lint refuses and lets pass, and that references print the figures."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from docx import Document

from data_contracts.catalog import load_catalog
from pipelines.release_findings import TYPED
from pipelines.release_reader import ReleaseReader
from report.edition import Edition
from report.editorial.findings import EditorFinding
from report.editorial.folder import read_texts
from report.editorial.lint import lint
from report.editorial.prose import Prose
from report.editorial.sections import sections_of
from report.editorial.setting import set_text
from report.keyed import bare
from tests.editions import ROOT, Built, tesat

CATALOG = load_catalog()
PROJECT = ROOT / "report"
TEXT = PROJECT / "narrative" / "western_balkans-2025-demonstration" / "en"
CASES = yaml.safe_load((Path(__file__).parent / "editors_text.yaml").read_text(encoding="utf-8"))
OWN = {"lone-actor": "it is highly likely that an attack by a lone actor is reported for 2026"}
JUDGEMENT = {"likelihood": "highly_likely", "confidence": "low", "basis": "Contributions of partners."}
JUDGEMENT |= {"office": "Analysts", "horizon": "2026-12-31"}


@pytest.fixture(scope="module")
def edition(demonstration: Built) -> Edition:
    return Edition(demonstration.folder, CATALOG)


def written(folder: Path, text: str, *, section: str = "arrests", judgement: bool = False) -> Path:
    """A folder with one text, which answers the earlier judgements, as every sound one does."""
    path = folder / f"{section}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    answers = yaml.safe_load((TEXT / "judgements.yaml").read_text(encoding="utf-8"))["outcomes"]
    own = {name: {"text": said, **JUDGEMENT} for name, said in OWN.items()} if judgement else {}
    content = yaml.safe_dump({"judgements": own, "outcomes": answers}, allow_unicode=True)
    (folder / "judgements.yaml").write_text(content, encoding="utf-8")
    return folder


def batches(
    cases: Sequence[Mapping[str, Any]], sections: Sequence[str]
) -> Iterator[dict[str, Mapping[str, Any]]]:
    """The cases in groups, each case with a section of its own."""
    waiting = list(cases)
    while waiting:
        batch: dict[str, Mapping[str, Any]] = {}
        for case in list(waiting):
            free = (
                [case["section"]] if "section" in case else [name for name in sections if name not in batch]
            )
            if free and free[0] not in batch:
                batch[free[0]] = case
                waiting.remove(case)
        yield batch


@pytest.fixture(scope="module")
def looked_at(edition: Edition, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[EditorFinding]]:
    """The findings on each case by its name, linted many at a time; of no case those on judgements.yaml."""
    known = sections_of(PROJECT, edition)
    sections = [name for name in known.printed if name not in known.chapters]
    found: dict[str, list[EditorFinding]] = {}
    for cases in (CASES["refused"], CASES["passed"]):
        for batch in batches(cases, sections):
            folder = tmp_path_factory.mktemp("editors")
            for section, case in batch.items():
                written(folder, case["text"], section=section, judgement=True)
            findings = lint(folder, edition=edition, project=PROJECT)
            for section, case in batch.items():
                found[case["name"]] = [one for one in findings if one.file == f"{section}.md"]
    return found


@pytest.mark.parametrize("case", CASES["refused"], ids=lambda case: case["name"])
def test_a_bad_text_is_refused_at_its_line(
    case: Mapping[str, Any], looked_at: Mapping[str, list[EditorFinding]]
) -> None:
    found = looked_at[case["name"]]
    hits = [one for one in found if one.code == case["code"]]
    assert [one.line for one in hits[:1]] == [case["line"]], list(map(str, found))
    assert case.get("says", "") in str(hits[0])
    if "silent" in case:
        assert not any(case["silent"] in str(one) for one in found)


@pytest.mark.parametrize("case", CASES["passed"], ids=lambda case: case["name"])
def test_a_good_text_passes_and_is_set(
    case: Mapping[str, Any], looked_at: Mapping[str, list[EditorFinding]], edition: Edition
) -> None:
    assert list(map(str, looked_at[case["name"]])) == []
    assert "::: {.narrative}" in set_text("arrests", Prose(case["text"]), edition)


def test_the_corpus_is_as_large_as_promised() -> None:
    assert len(CASES["refused"]) >= 40
    assert len(CASES["passed"]) >= 20


def test_all_findings_come_at_once_by_file_and_line(edition: Edition, tmp_path: Path) -> None:
    folder = written(tmp_path / "en", "Arrests rose by 12.\n\nIn Kosovo, {{fig:arrests.MKD.2025}} arrests.")
    (folder / "arests.md").write_text("Text.", encoding="utf-8")
    (folder / "overview.md").write_bytes(b"\xff\xfe")
    (folder / "partners").mkdir()
    (folder / "partners" / "SRB.md").write_text("Serbia made 12 arrests.", encoding="utf-8")
    found = [(one.file, one.line, one.code) for one in lint(folder, edition=edition, project=PROJECT)]
    assert found == [
        ("arests.md", 1, "N-unknown-file"),
        ("arrests.md", 1, "N-trend-word"),
        ("arrests.md", 1, "N-typed-number"),
        ("arrests.md", 3, "N-name-without-mark"),
        ("arrests.md", 3, "N-no-value"),
        ("overview.md", 1, "N-unreadable"),
        ("partners/SRB.md", 1, "N-typed-number"),
    ]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"likelihood": "probable"}, "N-judgements-form"),
        ({"likelihood": "unlikely"}, "N-judgement-word"),
        ({"confidence": "great"}, "N-judgements-form"),
        ({"horizon": "next year"}, "N-judgements-form"),
        ({"office": ""}, "N-judgements-form"),
        ({"text": "it is highly likely that 12 attacks are reported for 2026"}, "N-typed-number"),
        ({"text": "it is highly likely, or likely, that an attack is reported"}, "N-judgement-word"),
        ({"basis": "Arrests rose in the region."}, "N-trend-word"),
        ({"basis": "Calls to +383 44 123 456 were seen."}, "N-personal-data"),
        ({"remark": "one field too many"}, "N-judgements-form"),
    ],
)
def test_a_judgement_that_is_not_sound_is_refused(
    changed: Mapping[str, str], code: str, edition: Edition, tmp_path: Path
) -> None:
    folder = written(tmp_path, "{{judgement:lone-actor}}.", judgement=True)
    given = yaml.safe_load((folder / "judgements.yaml").read_text(encoding="utf-8"))
    given["judgements"]["lone-actor"] |= changed
    (folder / "judgements.yaml").write_text(yaml.safe_dump(given), encoding="utf-8")
    found = [one for one in lint(folder, edition=edition, project=PROJECT) if one.file == "judgements.yaml"]
    assert code in {one.code for one in found}, list(map(str, found))
    assert all(one.line > 1 for one in found if one.code == code)


def test_an_earlier_judgement_that_ran_out_is_answered_once(edition: Edition, tmp_path: Path) -> None:
    folder = written(tmp_path, "Text.")
    given = yaml.safe_load((folder / "judgements.yaml").read_text(encoding="utf-8"))
    first, *others = given["outcomes"]
    given["outcomes"] = [*others, others[0], {**others[1], "judgement": "drone-atack"}]
    (folder / "judgements.yaml").write_text(yaml.safe_dump(given), encoding="utf-8")
    found = lint(folder, edition=edition, project=PROJECT)
    assert [one.code for one in found] == ["N-outcome-missing", "N-outcome-again", "N-outcome-unknown"]
    assert f"2024.{first['judgement']} ran until 2025-12-31" in str(found[0])
    assert "Did you mean 2024.drone-attack?" in str(found[2])


def references(text: str) -> list[str]:
    return [one.target for one in Prose(text).references if one.kind in ("fig", "state", "claim")]


def test_the_demonstration_has_a_text_in_every_kind_of_section(edition: Edition) -> None:
    texts = read_texts(TEXT)
    assert {"foreword", "overview", "arrests", "convictions", "outlook"} <= set(texts)
    types = {name for name in sections_of(PROJECT, edition).printed if name.startswith("types/")}
    assert types - {"types/not_specified"} <= set(texts)
    assert sum(name.startswith("partners/") for name in texts) >= 2
    assert sum(len(references(prose.raw)) for prose in texts.values()) >= 20


def plain_of(section: str, prose: Prose, edition: Edition) -> list[str]:
    """The paragraphs of a set text as they are read, in letters and digits alone."""
    lines = set_text(section, prose, edition).split("\n")
    set_in = "\n".join(line for line in lines if not line.startswith(":::"))
    shown = re.sub(r'\[((?:[^\[\]\\]|\\.)*)\]\{\.fig key="[^"]*"\}', r"\1", bare(set_in))
    paragraphs = [part for part in re.split(r"\n\s*\n|\n(?=[-:#])", shown) if part[:1].isalpha()]
    return [letters(part.split("@tbl-")[0].split("[^")[0]) for part in paragraphs]


def letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.replace("\\", ""))


def test_every_format_prints_the_texts_with_their_figures(demonstration: Built, edition: Edition) -> None:
    document = Document(str(demonstration.folder / "report.docx"))
    formats = {
        "html": letters(demonstration.text),
        "pdf": letters(demonstration.pdf_text()),
        "docx": letters("".join(paragraph.text for paragraph in document.paragraphs)),
    }
    looked_at = 0
    for section, prose in read_texts(TEXT).items():
        for paragraph in plain_of(section, prose, edition):
            for name in ("html", "docx"):
                assert paragraph in formats[name], (name, section, paragraph)
            assert paragraph[:60] in formats["pdf"], (section, paragraph[:60])
            looked_at += 1
    assert looked_at >= 25


def test_a_changed_figure_changes_the_text(demonstration: Built, tmp_path: Path) -> None:
    copy = tmp_path / "release"
    shutil.copytree(demonstration.folder / "data", copy / "data")
    with (copy / "data" / "arrests.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    total = demonstration.value("arrests", measure="PERSONS", area="SRB", year=2025)
    for row in rows:
        if row == total:
            row["OBS_VALUE"] = "4711"
    with (copy / "data" / "arrests.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    prose = read_texts(TEXT)["partners/SRB"]
    before, after = (
        set_text("partners/SRB", prose, Edition(folder, CATALOG)) for folder in (demonstration.folder, copy)
    )
    assert "[4711]{.fig" in after
    assert after == before.replace(f"[{total['OBS_VALUE']}]{{.fig key=\"arrests:SRB.2025", "[4711]{.fig key=\"arrests:SRB.2025", 1)  # fmt: skip


def test_judgements_are_published_and_those_of_the_edition_before_are_scored(demonstration: Built) -> None:
    rows = {(row["edition"], row["name"]): row for row in demonstration.rows("judgements")}
    own = yaml.safe_load((TEXT / "judgements.yaml").read_text(encoding="utf-8"))["judgements"]
    assert {name for edition, name in rows if edition == "2025"} == set(own)
    for name, judgement in own.items():
        row = rows["2025", name]
        assert (row["text"], row["outcome"], row["score"]) == (judgement["text"], "", "")
        assert judgement["text"] in re.sub(r"\s+", " ", demonstration.text)
    decided = {name: row for (edition, name), row in rows.items() if edition == "2024" and row["score"]}
    for row in decided.values():
        middle = (float(row["low"]) + float(row["high"])) / 2
        assert float(row["score"]) == pytest.approx((middle - (row["outcome"] == "happened")) ** 2, abs=1e-4)
    scores = {row["edition"]: row for row in demonstration.rows("judgement_scores")}
    mean = sum(float(row["score"]) for row in decided.values()) / len(decided)
    assert float(scores["2024"]["mean_score"]) == pytest.approx(mean, abs=1e-4)
    shown = demonstration.tables()
    assert len(shown["tbl-judgements"]) == len(own) + 1
    assert len(shown["tbl-judgement-outcomes"]) == 7


def test_the_command_says_what_is_wrong_and_where(demonstration: Built, tmp_path: Path) -> None:
    good = tesat("lint", demonstration.folder, home=tmp_path / "home")
    assert (good.returncode, "nothing was found" in good.stdout) == (0, True), good.stdout + good.stderr
    folder = written(tmp_path / "text" / "en", "Arrests rose.")
    bad = tesat(
        "lint", demonstration.folder, "--narrative", folder.parent, "--format", "json", home=tmp_path / "home"
    )
    answer = json.loads(bad.stdout)
    assert (bad.returncode, answer["passed"]) == (1, False)
    assert {key: answer["findings"][0][key] for key in ("file", "line", "column", "code")} == {
        "file": "arrests.md", "line": 1, "column": 9, "code": "N-trend-word",
    }  # fmt: skip
    for arguments in ((tmp_path,), (demonstration.folder, "--narrative", tmp_path / "nowhere"), (demonstration.folder, "--narrative", folder)):  # fmt: skip
        wrong = tesat("lint", *arguments, home=tmp_path / "home")
        assert (wrong.returncode, "Traceback" in wrong.stderr) == (2, False), wrong.stderr


def test_the_folder_for_the_editors_passes_its_own_lint(demonstration: Built, tmp_path: Path) -> None:
    """Nothing that it holds is published before an editor has written it, contributions neither."""
    store = demonstration.folder.parent / ".store"
    done = tesat(
        "narrative", "--year", "2025", "--store", store, "-o", tmp_path / "text", home=tmp_path / "home"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    folder = tmp_path / "text" / "en"
    edition = Edition(demonstration.folder, CATALOG)
    assert {one.code for one in lint(folder, edition=edition, project=PROJECT)} == {"N-outcome-missing"}
    listed = (folder / "partners" / "XKX.md").read_text(encoding="utf-8")
    assert "{{fig:arrests.XKX.2025}}  ~30" in listed
    assert "{{state:arrests.XKX.2025.OPERATIONS}}  [c]" in listed
    claims = (folder / "overview.md").read_text(encoding="utf-8")
    assert "{{claim:attacks.2025.previous_year}}  " in claims
    again = tesat(
        "narrative", "--year", "2025", "--store", store, "-o", tmp_path / "text", home=tmp_path / "home"
    )
    assert (again.returncode, "not written over" in again.stderr) == (2, True)


def test_the_reading_of_a_release_sees_a_number_in_the_text_that_was_typed(
    demonstration: Built, tmp_path: Path
) -> None:
    """The lint is not believed: the page is read again, with the rules for numbers alone."""
    region, place = CATALOG.region("western_balkans"), "and are of great weight"
    name = next(name for name in demonstration.pages if "of great weight" in demonstration.page(name))
    page = demonstration.page(name)
    assert place in re.sub(r"\s+", " ", page)
    for part in ("data", "figures"):
        (tmp_path / part).symlink_to(demonstration.folder / part)
    shutil.copytree(demonstration.folder / "web", tmp_path / "web")
    shutil.copy(demonstration.folder / "index.html", tmp_path)
    found = {}
    for planted in ("of great weight", "of 12 weights", "of twelve weights", "of weight since 2014"):
        (tmp_path / name).write_text(page.replace("of great weight", planted), encoding="utf-8")
        notes = ReleaseReader(tmp_path, catalog=CATALOG, region=region).site()
        found[planted] = [one.problem for note in notes for one in note.findings if one.problem == TYPED]
    assert {planted: len(problems) for planted, problems in found.items()} == {
        "of great weight": 0, "of 12 weights": 1, "of twelve weights": 1, "of weight since 2014": 0,
    }  # fmt: skip
