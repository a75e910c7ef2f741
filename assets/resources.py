"""Where things lie: inbox, store, output; and the Dagster instance that runs are recorded in."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Literal

import dagster as dg
from pydantic import Field

import report
from assets.janitor import alone, living
from data_contracts.catalog import load_catalog
from data_contracts.messages import text_language
from data_contracts.model import Catalog
from pipelines.editions import PublishedEdition, published_editions
from pipelines.errors import StoreError
from pipelines.kept import Kept, basis_of
from pipelines.tidying import tidy
from report.editorial.folder import text_folder
from report.rendering.kernel import Kernel

KEY_FILE = "rounding.key"
KEY_BYTES = 32
# The folder of results that need not be made again, below the intermediate tables of an edition.
KEPT = "kept"
DAGSTER_SETTINGS = """telemetry:
  enabled: false
nux:
  enabled: false
run_monitoring:
  enabled: true
  start_timeout_seconds: 180
  max_runtime_seconds: 3600
  free_slots_after_run_end_seconds: 60
concurrency:
  runs:
    max_concurrent_runs: 1
"""


class Workspace(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The folders of one installation; empty strings mean the defaults."""

    inbox: str = Field(description="Folder with one file or folder per return, any name")
    output: str = Field(description="Folder that editions are written to, one folder each")
    store: str = Field(default="", description="Register and accepted returns; default: INBOX/.tesat")
    contracts: str = Field(default="", description="Folder of contracts; default: the one shipped")
    formats: str = Field(default="html,pdf,docx", description="Formats of the report, comma-separated")
    language: str = Field(default="en", description="Language of the report")
    demonstration: bool = Field(default=False, description="Marks every page as demonstration data")
    report: str = Field(default="", description="Folder of chapters and figures; default: the one shipped")
    narrative: str = Field(
        default="",
        description="Folder of the editors' text; default: that of the edition in the report project",
    )
    backend: str = Field(default="embedded", description="What renders the report: embedded or quarto")
    notify: str = Field(default="log:", description="Channels of notices, as URLs separated by blanks")
    automatic: bool = Field(default=False, description="Schedules and sensors run without being switched on")

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[Workspace]:
        """Holds the locks of a run, waits until no other works on its edition, and clears away what a dead one left."""
        run = context.run
        with ExitStack() as held:
            if run is not None:
                held.enter_context(living(self.store_folder, run.run_id))
                edition = edition_of(run)
                held.enter_context(alone(self.store_folder, edition))
                tidy(self.store_folder, Path(self.output), edition=edition)
            yield self

    def catalog(self) -> Catalog:
        """The contracts, code lists and regions."""
        return load_catalog(Path(self.contracts) if self.contracts else None)

    @property
    def inbox_folder(self) -> Path:
        """The inbox."""
        return Path(self.inbox)

    @property
    def report_project(self) -> Path:
        """The report's chapters and figures."""
        return Path(self.report) if self.report else Path(report.__file__).parent

    def editors_folder(self, region: str, year: int) -> Path | None:
        """The editors' text of an edition in its language; nothing where they wrote none."""
        return text_folder(
            self.report_project,
            f"{region}-{year}",
            text_language(self.language),
            demonstration=self.demonstration,
            given=Path(self.narrative) if self.narrative else None,
        )

    @property
    def chosen_formats(self) -> tuple[str, ...]:
        """The formats of the report."""
        return tuple(name for name in self.formats.split(",") if name)

    @property
    def renderer(self) -> Literal["embedded", "quarto"]:
        """What renders the report."""
        return "quarto" if self.backend == "quarto" else "embedded"

    @property
    def store_folder(self) -> Path:
        """The store of this installation."""
        return Path(self.store) if self.store else Path(self.inbox) / ".tesat"

    def rounding_key(self) -> bytes:
        """The secret key of the rounding, made once for a store that has none.

        The key is never published; with it the rounding could be undone. Losing it changes later roundings. That of
        the demonstration is shipped beside its returns, so that everybody's demonstration is the same.
        """
        shipped = self.inbox_folder.parent / KEY_FILE
        if self.demonstration and shipped.exists():
            return bytes.fromhex(shipped.read_text(encoding="ascii").strip())
        return secret_key(self.store_folder)

    def work_folder(self, region: str, year: int) -> Path:
        """Intermediate tables of an edition; rebuildable, never published."""
        return self.store_folder / "work" / f"{region}-{year}"

    def table(self, region: str, year: int, name: str) -> Path:
        """The Parquet file of an intermediate table of an edition."""
        folder = self.work_folder(region, year)
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{name}.parquet"

    def kept(self, region: str, year: int, kind: str, *, catalog: Catalog) -> Kept:
        """Results of one kind that earlier runs of an edition have worked out."""
        basis = basis_of(catalog.root, region, self.rounding_key().hex())
        return Kept(self.work_folder(region, year) / KEPT / kind, basis)

    def published(self, region: str, year: int) -> tuple[PublishedEdition, ...]:
        """What was published up to an edition: all versions of earlier editions, and those of its own."""
        return published_editions(self.store_folder, region=region, until=year)

    def earlier_editions(self, region: str, year: int) -> tuple[PublishedEdition, ...]:
        """All versions of the editions of earlier years: what an edition is compared with."""
        return self.published(region, year - 1)

    def edition_folder(self, region: str, year: int) -> Path:
        """The release folder of an edition."""
        return Path(self.output) / f"{region}-{year}"


@dg.resource(description="The kernel that executes the report's chapters; it gets ready while a run begins")
def kernel_of_run(_: dg.InitResourceContext) -> Iterator[Kernel]:
    """A kernel for a run that makes the report."""
    with Kernel() as kernel:
        yield kernel


def edition_of(run: dg.DagsterRun) -> str:
    """The edition that a run works on: by its region's tag, or where it was started on single assets, by theirs."""
    selected = sorted(key.path[0] for key in run.asset_selection or ())
    region = run.tags.get("region") or next(iter(selected), "any")
    return f"{region}-{run.tags.get('dagster/partition', 'any')}"


def workspace_of_environment() -> Workspace:
    """The workspace that `TESAT_INBOX` and its like name; what the UI's runs use."""
    named = os.environ
    return Workspace(
        inbox=str(Path(named.get("TESAT_INBOX", "inbox")).absolute()),
        output=str(Path(named.get("TESAT_OUTPUT", "build")).absolute()),
        store=_absolute(named.get("TESAT_STORE", "")),
        contracts=_absolute(named.get("TESAT_CONTRACTS", "")),
        report=_absolute(named.get("TESAT_REPORT", "")),
        narrative=_absolute(named.get("TESAT_NARRATIVE", "")),
        formats=named.get("TESAT_FORMATS", "html,pdf,docx"),
        language=named.get("TESAT_LANGUAGE", "en"),
        backend=named.get("TESAT_BACKEND", "embedded"),
        demonstration=named.get("TESAT_DEMONSTRATION", "") == "true",
        notify=named.get("TESAT_NOTIFY", "log:"),
        automatic=named.get("TESAT_AUTOMATIC", "") == "true",
    )


def _absolute(path: str) -> str:
    return str(Path(path).absolute()) if path else ""


def secret_key(store: Path) -> bytes:
    """The rounding key of a store, from `rounding.key` (hexadecimal, readable by its owner only).

    A crash leaves no key or a whole one: with half a key, or none, rounding could be undone.

    Raises:
        StoreError: The key is cut off.
    """
    path = store / KEY_FILE
    if not path.exists():
        store.mkdir(parents=True, exist_ok=True)
        partial = store / f".{KEY_FILE}.{os.getpid()}"
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # another run has made it meanwhile
            path.hardlink_to(partial)
        partial.unlink()
    key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    if len(key) < KEY_BYTES:
        raise StoreError(
            f"{path}: the key is cut off; restore it from its backup, or figures are rounded otherwise"
        )
    return key


def dagster_home(store: Path) -> Path:
    """The folder of run state: DAGSTER_HOME where it is set, else one in the store, with telemetry off."""
    named = os.environ.get("DAGSTER_HOME")
    home = Path(named).absolute() if named else (store / "dagster_home").absolute()
    home.mkdir(parents=True, exist_ok=True)
    settings = home / "dagster.yaml"
    if not settings.exists():
        settings.write_text(DAGSTER_SETTINGS, encoding="utf-8")
    os.environ["DAGSTER_HOME"] = str(home)
    return home
