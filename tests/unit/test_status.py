"""Who handed over what: every state of a partner's dataset, as text, JSON and page, from a store and an inbox."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assets.cli import app
from data_contracts.catalog import load_catalog
from pipelines.acceptance import accept
from pipelines.checking import check_path
from pipelines.inbox import inbox_entries
from pipelines.intake import judge_all, receive_all
from pipelines.register import Store
from pipelines.status import STATES, PartnerStatus, Status, legend, summary, to_json_text
from pipelines.status_page import to_html
from pipelines.status_store import status_of
from pipelines.status_text import WIDTH, to_text
from tests.editions import ROOT

CATALOG = load_catalog()
REGION = CATALOG.region("western_balkans")
RETURNS = ROOT / "examples" / "demonstration" / "returns"
FOOTNOTE = "* This designation is without prejudice to positions on status"
INCIDENTS = (
    "type_of_terrorism,attack_status,means,target,actor,qualified_by,contested,attacks,killed,injured\n"
)
TOTAL = "_T,_T,_T,_T,_T,_T,_T,{total},,\n"
REPORTED = "status: reported, coverage: {coverage}, total: {total}, release: exact, break_in_series: no"


def hand_in(
    inbox: Path, name: str, *, total: int = 3, wrong: bool = False, note: str = "", **over: str
) -> Path:
    """A return of incidents in the inbox; the others are nil and not applicable."""
    cover = {"partner": "ALB", "reference_year": "2025", "submission": "1", "prepared_on": "2026-02-14"}
    cover |= {"contact_point": "Statistics unit", "handling": "TLP:GREEN", "definitions_version": "1"} | over
    fields = REPORTED.format(total=total + wrong, coverage="partial" if note else "complete")
    fields += f", coverage_note: {note}" if note else ""
    lines = [*(f"{key}: {value}" for key, value in cover.items()), "datasets:"]
    lines += [f"  incidents: {{{fields}}}", "  arrests: {status: nil, release: exact}"]
    lines += ["  convictions: {status: not_applicable}"]
    path = inbox / name
    path.mkdir(parents=True)
    (path / "cover.yaml").write_text("\n".join(lines), encoding="utf-8")
    (path / "incidents.csv").write_text(INCIDENTS + TOTAL.format(total=total), encoding="utf-8")
    return path


def receive(folder: Path, path: Path, at: str = "2026-03-01T10:00:00Z") -> Path:
    found = Store(folder / "store").receive(path, received_at=at, catalog=CATALOG, region=REGION)
    assert found.path is not None
    return found.path


def settle(folder: Path, path: Path, at: str = "2026-03-01T10:00:00Z") -> None:
    """Takes a return in and accepts or rejects it, as a build does without the gate."""
    result = check_path(receive(folder, path, at), catalog=CATALOG, region_name=REGION.name)
    accept(Store(folder / "store"), result, catalog=CATALOG)


def status(folder: Path, year: int = 2025) -> Status:
    (folder / "inbox").mkdir(exist_ok=True)
    return status_of(
        inbox=folder / "inbox", store=folder / "store", catalog=CATALOG, region=REGION, year=year
    )


def of(found: Status, code: str) -> PartnerStatus:
    return next(partner for partner in found.partners if partner.partner == code)


def states(partner: PartnerStatus) -> dict[str, str]:
    return {dataset: own.state for dataset, own in partner.datasets.items()}


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration's last year, taken in and judged by a build's own functions."""
    folder = tmp_path_factory.mktemp("status")
    shutil.copytree(RETURNS / "2025", folder / "inbox" / "2025")
    shutil.copyfile(RETURNS / "received.csv", folder / "inbox" / "received.csv")
    entries, _ = inbox_entries(folder / "inbox")
    received = receive_all(entries, store=folder / "store", catalog=CATALOG, region=REGION.name)
    judge_all(received, store=folder / "store", catalog=CATALOG, region=REGION.name)
    return folder


def test_the_demonstration_as_its_imperfections_say(demonstration: Path) -> None:
    found = status(demonstration)
    assert found.deadline == "2026-03-31"
    assert {partner.partner: partner.late for partner in found.partners} == {
        "ALB": False, "BIH": False, "XKX": False, "MNE": None, "MKD": False, "SRB": True,
    }  # fmt: skip
    assert set(states(of(found, "MNE")).values()) == {"missing"}
    assert states(of(found, "MKD"))["convictions"] == "not_available"
    albania = of(found, "ALB")
    assert albania.submission == 1, "a rejected submission changes nothing that was accepted before"
    assert [entry.outcome for entry in albania.submissions] == ["accepted", "rejected"]
    assert "T1-unknown-code" in albania.submissions[1].codes
    assert summary(found).startswith("5 of 6 partners have an accepted return, 1 of them late.")
    assert found.unidentified == ()


def test_the_store_is_read_and_nothing_is_judged_or_written(demonstration: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in sorted(demonstration.rglob("*"))}
    first = status(demonstration)
    assert status(demonstration) == first
    assert {path: path.stat().st_mtime_ns for path in sorted(demonstration.rglob("*"))} == before


def test_another_year_has_nothing(demonstration: Path) -> None:
    found = status(demonstration, year=2024)
    assert {state for partner in found.partners for state in states(partner).values()} == {"missing"}


def test_text_fits_a_terminal_and_has_legend_and_footnote(demonstration: Path) -> None:
    text = to_text(status(demonstration))
    assert max(map(len, text.splitlines())) <= WIDTH
    assert re.search(r"^Kosovo\* ", text, re.MULTILINE)
    assert FOOTNOTE in text
    assert "missing: nothing was handed over" in text
    assert re.search(r"^Serbia +2026-04-02 late ", text, re.MULTILINE)
    assert re.search(r"^Montenegro +- +- +missing +missing +missing +-$", text, re.MULTILINE)
    assert "Albania, submission 2, rejected (2025/ALB-2025-2.xlsx): " in text
    assert "\033" not in text


def test_colours_add_nothing_to_the_words(demonstration: Path) -> None:
    found = status(demonstration)
    coloured = to_text(found, colours=True)
    assert "\033[31mmissing" in coloured
    assert re.sub(r"\033\[\d+m", "", coloured) == to_text(found)


def test_json_says_the_same(demonstration: Path) -> None:
    found = status(demonstration)
    told = json.loads(to_json_text(found))
    assert told["footnotes"] == list(found.footnotes) and told["footnotes"][0].startswith(FOOTNOTE)
    assert told["summary"] == summary(found)
    assert told["states"] == STATES
    serbia = next(partner for partner in told["partners"] if partner["partner"] == "SRB")
    assert (serbia["received_at"], serbia["late"], serbia["submission"]) == ("2026-04-02T08:00:00Z", True, 1)
    assert serbia["datasets"]["arrests"] == {"state": "reported", "open_warnings": 0}


def test_the_page_says_the_same_and_asks_for_nothing(demonstration: Path) -> None:
    page = to_html(status(demonstration))
    assert '<th scope="row">Kosovo*</th>' in page
    assert FOOTNOTE in page
    assert page.count('<span class="mark bad">missing</span>') == 3
    assert "Serbia" in page and "late</span>" in page
    assert not re.search(r"https?:|<script|<link|<img|url\(", page)


def test_each_state_of_a_dataset(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    settle(tmp_path, hand_in(inbox, "a", note="One court is left out", partner="ALB"))
    settle(tmp_path, hand_in(inbox, "b", wrong=True, partner="BIH"))
    receive(tmp_path, hand_in(inbox, "c", partner="Kosovo"))
    hand_in(inbox, "d", partner="MKD")
    found = status(tmp_path)
    assert states(of(found, "ALB")) == {
        "incidents": "partial", "arrests": "nil", "convictions": "not_applicable",
    }  # fmt: skip
    assert set(states(of(found, "BIH")).values()) == {"rejected"}
    assert set(states(of(found, "XKX")).values()) == {"unchecked"}
    assert set(states(of(found, "MKD")).values()) == {"in_inbox"}
    assert set(states(of(found, "SRB")).values()) == {"missing"}
    assert list(legend(found)) == [
        "partial", "nil", "not_applicable", "rejected", "unchecked", "in_inbox", "missing",
    ]  # fmt: skip
    text = to_text(found)
    assert "Bosnia and Herzegovina, submission 1, rejected (b): T1-control-total" in text
    assert "North Macedonia, submission 1, in inbox, not yet checked (d)" in text


def test_a_revision_counts_and_makes_nobody_late(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    settle(tmp_path, hand_in(inbox, "a"), at="2026-03-31T23:59:59Z")
    settle(tmp_path, hand_in(inbox, "b", submission="2", total=4), at="2026-05-01T00:00:00Z")
    partner = of(status(tmp_path), "ALB")
    assert (partner.submission, partner.received_at, partner.late) == (2, "2026-03-31T23:59:59Z", False)
    assert [(entry.outcome, entry.late) for entry in partner.submissions] == [
        ("accepted", False),
        ("accepted", True),
    ]


def test_who_was_rejected_in_time_and_accepted_afterwards_is_late(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    settle(tmp_path, hand_in(inbox, "a", wrong=True))
    settle(tmp_path, hand_in(inbox, "b", submission="2"), at="2026-04-01T00:00:00Z")
    partner = of(status(tmp_path), "ALB")
    assert (partner.submission, partner.late) == (2, True)


def test_what_is_refused_or_names_nobody_is_listed_while_it_lies_there(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    secret = hand_in(inbox, "secret", handling="TLP:RED")
    assert (
        Store(tmp_path / "store")
        .receive(secret, received_at="2026-03-01T10:00:00Z", catalog=CATALOG, region=REGION)
        .path
        is None
    )
    settle(tmp_path, hand_in(inbox, "stranger", partner="ZZZ"))
    (inbox / "broken.zip").write_bytes(b"PK\x03\x04 and no more")
    found = status(tmp_path)
    assert [(entry.name, entry.outcome) for entry in found.unidentified] == [
        ("broken.zip", "in_inbox"),
        ("secret", "refused"),
        ("stranger", "rejected"),
    ]
    assert "Partner or year unknown, refused: not taken in (secret): C-handling-refused" in to_text(found)
    assert "Partner or year unknown, refused: not taken in (secret): C-handling-refused" in to_html(found)
    shutil.rmtree(inbox)
    assert status(tmp_path).unidentified == ()


def test_only_warnings_that_were_not_answered_are_open(tmp_path: Path) -> None:
    path = hand_in(tmp_path / "inbox", "a")
    rows = INCIDENTS + "_T,foiled,_T,_T,_T,_T,_T,3,1,\n"
    (path / "incidents.csv").write_text(rows, encoding="utf-8")
    settle(tmp_path, path)
    partner = of(status(tmp_path), "ALB")
    assert (partner.open_warnings, partner.datasets["incidents"].open_warnings) == (1, 1)
    verdict = next((tmp_path / "store" / "verdicts").iterdir())
    told = json.loads(verdict.read_text(encoding="utf-8"))
    warnings = [finding for finding in told["findings"] if finding["severity"] == "warning"]
    assert [finding["confirmed"] for finding in warnings] == [False]
    warnings[0]["confirmed"] = True
    verdict.write_text(json.dumps(told), encoding="utf-8")
    assert of(status(tmp_path), "ALB").open_warnings == 0


def test_many_datasets_are_shown_in_blocks(demonstration: Path) -> None:
    found = status(demonstration)
    more = {f"further_dataset_{number}": "Further" for number in range(6)}
    partners = tuple(
        PartnerStatus(**{
            **vars(partner), "datasets": dict(partner.datasets) | dict.fromkeys(more, partner.datasets["arrests"]),
        })
        for partner in found.partners
    )  # fmt: skip
    wide = Status(**{**vars(found), "datasets": dict(found.datasets) | more, "partners": partners})
    text = to_text(wide)
    assert max(map(len, text.splitlines())) <= WIDTH
    assert len(re.findall("^partner ", text, re.MULTILINE)) > 1
    assert all(name.replace("_", " ") in text for name in more)


@pytest.mark.parametrize("form", ["text", "json", "html"])
def test_the_command_prints_or_writes(demonstration: Path, tmp_path: Path, form: str) -> None:
    options = ["status", "--year", "2025", "--inbox", str(demonstration / "inbox")]
    options += ["--store", str(demonstration / "store"), "--format", form]
    printed = CliRunner().invoke(app, options)
    assert printed.exit_code == 0, printed.output
    path = tmp_path / "status"
    written = CliRunner().invoke(app, [*options, "-o", str(path)])
    assert (written.exit_code, written.output) == (0, f"Wrote {path}.\n")
    assert path.read_text(encoding="utf-8") == printed.output


@pytest.mark.parametrize(
    ("over", "told"),
    [
        ({"--year": "1999"}, "western_balkans has returns for 2021 to 2030, not for 1999."),
        ({"--inbox": "nowhere"}, "The inbox nowhere does not exist."),
        ({"--format": "pdf"}, "--format is 'pdf'. Use text, json or html."),
        ({"--region": "nowhere"}, "There is no region 'nowhere'."),
        ({"-o": "nowhere/status.html"}, "-o nowhere/status.html: name a file in a folder that exists."),
    ],
    ids=["year", "inbox", "format", "region", "output"],
)
def test_wrong_use_is_exit_code_2(tmp_path: Path, over: dict[str, str], told: str) -> None:
    given = {"--year": "2025", "--inbox": str(tmp_path)} | over
    done = CliRunner().invoke(app, ["status", *(word for pair in given.items() for word in pair)])
    assert done.exit_code == 2
    assert told in done.output
