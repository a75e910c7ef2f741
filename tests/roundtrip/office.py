"""LibreOffice, headless and scripted: it opens a workbook, types into cells as a person does, saves it, prints it.

The script runs in a profile of its own, so that neither the user's settings nor an open window matter.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
XLSX = "Calc MS Excel 2007 XML"
# A job is a text file: the workbook to open, the one to save, then lines of sheet, cell and what is typed, by tabs.
SCRIPT = """
Sub Main
  Dim files, stream, document, parts, cell, properties(0) As New com.sun.star.beans.PropertyValue
  files = CreateUnoService("com.sun.star.ucb.SimpleFileAccess")
  stream = CreateUnoService("com.sun.star.io.TextInputStream")
  stream.setEncoding("UTF-8")
  stream.setInputStream(files.openFileRead(ConvertToURL(Environ("TESAT_JOB"))))
  properties(0).Name = "Hidden" : properties(0).Value = True
  document = StarDesktop.loadComponentFromURL(ConvertToURL(stream.readLine()), "_blank", 0, properties())
  Dim target : target = stream.readLine()
  Do While Not stream.isEOF()
    parts = Split(stream.readLine(), Chr(9))
    If UBound(parts) = 2 Then
      cell = document.Sheets.getByName(parts(0)).getCellRangeByName(parts(1))
      If parts(2) = "" Then
        cell.clearContents(1 + 2 + 4 + 16)
      Else
        cell.FormulaLocal = parts(2)
      End If
    End If
  Loop
  stream.closeInput()
  properties(0).Name = "FilterName" : properties(0).Value = "%s"
  document.storeToURL(ConvertToURL(target), properties())
  document.close(True)
  StarDesktop.terminate()
End Sub
"""
MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">{}</script:module>
"""


class Office:
    """A LibreOffice with a profile below a folder."""

    def __init__(self, folder: Path) -> None:
        assert SOFFICE, "LibreOffice is needed for the round trip: apt-get install libreoffice-calc"
        self.folder = folder
        self._run("--terminate_after_init")  # makes the profile, with an empty module of macros
        script = (SCRIPT % XLSX).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        module = folder / "profile" / "user" / "basic" / "Standard" / "Module1.xba"
        assert module.is_file(), "this LibreOffice keeps its macros elsewhere"
        module.write_text(MODULE.format(script), encoding="utf-8")

    def _run(self, *arguments: str | Path, **environment: str) -> None:
        profile = (self.folder / "profile").as_uri()
        options = ("--headless", "--norestore", "--nolockcheck", f"-env:UserInstallation={profile}")
        done = subprocess.run(
            [str(SOFFICE), *options, *map(str, arguments)],
            env={**os.environ, **environment, "HOME": str(self.folder)},
            capture_output=True,
            text=True,
            check=False,
            timeout=180,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def types(self, path: Path, target: Path, cells: Iterable[tuple[str, str, str]]) -> Path:
        """Opens a workbook, types into its cells (sheet, cell, text; empty deletes), and saves it as .xlsx."""
        job = self.folder / "job.txt"
        lines = [str(path), str(target), *("\t".join(cell) for cell in cells)]
        job.write_text("\n".join(lines), encoding="utf-8")
        self._run("macro:///Standard.Module1.Main", TESAT_JOB=str(job))
        assert target.is_file(), f"LibreOffice did not save {target}"
        return target

    def prints(self, path: Path, folder: Path) -> list[Path]:
        """The workbook's pages as pictures."""
        self._run("--convert-to", "pdf", "--outdir", folder, path)
        pages = folder / path.stem
        subprocess.run(["pdftoppm", "-r", "70", "-png", folder / f"{path.stem}.pdf", pages], check=True)
        return sorted(folder.glob(f"{path.stem}-*.png"))
