"""Makes the demonstration's earlier edition: what was published of 2024, from the returns that were there by then.

Run from the project's root: `python -m examples.demonstration.earlier_edition`. The same code as every build, on the
returns received by the day of that edition. Only what later editions read of it is kept: the figures, the table of
reporting and the judgements. Later returns of 2024 are revisions in the edition of 2025.
"""

from __future__ import annotations

import csv
import shutil
import tempfile
from contextlib import redirect_stderr
from pathlib import Path

from data_contracts.catalog import load_catalog

HERE = Path(__file__).parent
REGION, YEAR, PUBLISHED_ON = "western_balkans", 2024, "2025-06-30"
PLACE = HERE / "published" / f"{REGION}-{YEAR}"


def main(target: Path = PLACE) -> None:
    """Writes the edition's data folder and its checksums, anew."""
    from pipelines.release import write_checksums

    region = load_catalog().region(REGION)
    with tempfile.TemporaryDirectory() as scratch:
        data = _build(Path(scratch)) / "data"
        shutil.rmtree(target, ignore_errors=True)
        (target / "data").mkdir(parents=True)
        kept = (*(f"{dataset}.csv" for dataset in region.datasets), "reporting.csv", "judgements.csv")
        for name in (*kept, "edition.json"):
            shutil.copyfile(data / name, target / "data" / name)
    write_checksums(target)


def returns_by_then(inbox: Path) -> None:
    """Copies the returns that were received by the day of the edition, with their receipts."""
    with (HERE / "returns" / "received.csv").open(encoding="utf-8", newline="") as handle:
        receipts = [row for row in csv.DictReader(handle) if row["received_at"][:10] <= PUBLISHED_ON]
    for row in receipts:
        source, copy = HERE / "returns" / row["path"], inbox / row["path"]
        copy.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if source.is_dir() else shutil.copyfile)(source, copy)
    with (inbox / "received.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, ["path", "received_at"], lineterminator="\n")
        writer.writeheader()
        writer.writerows(receipts)


def _build(scratch: Path) -> Path:
    """The release folder of the edition as far as its data, made by the region's own job."""
    import dagster as dg

    from assets.definitions import definitions
    from assets.jobs import edition_job_name
    from assets.resources import KEY_FILE, Workspace

    returns_by_then(scratch / "returns")
    shutil.copyfile(HERE / KEY_FILE, scratch / KEY_FILE)
    workspace = Workspace(
        inbox=str(scratch / "returns"),
        output=str(scratch / "build"),
        store=str(scratch / "store"),
        formats="",
        demonstration=True,
    )
    job = definitions(workspace).resolve_job_def(edition_job_name(REGION))
    unneeded = {"report_figures", "report", "release"}
    wanted = [key for key in job.asset_layer.executable_asset_keys if key.path[-1] not in unneeded]
    with (
        (scratch / "run.log").open("w", encoding="utf-8") as log,
        redirect_stderr(log),
        dg.DagsterInstance.ephemeral(tempdir=str(scratch)) as instance,
    ):
        job.execute_in_process(
            instance=instance,
            partition_key=str(YEAR),
            resources={"workspace": workspace},
            asset_selection=wanted,
        )
    return workspace.work_folder(REGION, YEAR) / "release"


if __name__ == "__main__":
    main()
