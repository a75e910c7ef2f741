"""The cells of a manuscript: run once, in order, and only Markdown comes back."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from report.rendering import execution, kernel
from report.rendering.errors import ReportError
from report.rendering.execution import Manuscript, execute
from report.rendering.kernel import Kernel
from report.rendering.source import Line, read_source
from tests.rendered import small_project

MARKDOWN = """```{python}
class Say:
    def __init__(self, text): self.text = text
    def _repr_markdown_(self): return self.text
```
"""


def executed(folder: Path, text: str, *, ready: Kernel | None = None, **environment: str) -> Manuscript:
    project = small_project(folder, text)
    return execute(read_source(project, {}), project, environment=environment, kernel=ready)


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(ReportError) as caught:
        executed(folder, text)
    return str(caught.value)


def test_cells_and_expressions_run_in_order_in_one_kernel(tmp_path: Path) -> None:
    text = (
        MARKDOWN
        + "Of `{python} 6 * 7` cases, `{python} Say('**two**')`; 5*`{python} 'a*b'`.\n\n"
        + "```{python}\nn = 1\nSay(f'cell {n}')\n```\n"
        + "`{python} n + 1`\n\n```{python}\n#| include: false\nSay('hidden')\n```\n"
    )
    shown = [line for line in executed(tmp_path, text).text.splitlines() if line]
    assert shown == [r"Of 42 cases, **two**; 5*a\*b.", "cell 1", "2"]


def test_what_a_cell_gives_keeps_the_cells_place(tmp_path: Path) -> None:
    manuscript = executed(tmp_path, MARKDOWN + "\n```{python}\nSay('# A\\n\\nunder it @fig-x')\n```\n")
    assert manuscript.place_of("@fig-x") == "index.qmd:7"
    assert manuscript.place_at(manuscript.text.splitlines().index("# A") + 1) == "index.qmd:7"


def test_places_are_counted_as_pandoc_counts_lines() -> None:
    lines = (Line("a", "x:1"), Line("::: {.pagebreak}\n:::", "x:2"), Line("b", "x:3"))
    manuscript = Manuscript(lines, {})
    assert [manuscript.place_at(number) for number in (1, 2, 3, 4, 9)] == ["x:1", "x:2", "x:2", "x:3", "x:3"]


def test_without_code_no_kernel_is_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execution, "_run", None)
    assert executed(tmp_path, "words only").text == "words only\n"


def test_everything_wrong_before_execution_is_listed_at_once(tmp_path: Path) -> None:
    text = (
        "`{python} 1 +`\n\n```{r}\nplot(1)\n```\n\n```{python, echo=FALSE}\n1\n```\n\n"
        "- item\n\n  ```{python}\n  1\n  ```\n\n```{python}\n#| echo: true\n1\n```\n\n"
        "```{python}\n#| fig-cap: x\n1\n```\n\n```{python}\n1\n"
    )
    message = refusal(tmp_path, text)
    assert message.startswith("7 problems in the report:")
    for part in (
        "index.qmd:1: `1 +` is not a Python expression: invalid syntax.",
        "index.qmd:3: ```{r} is not executed here; a cell opens with ```{python} at the start of its line",
        "index.qmd:7: ```{python, echo=FALSE} is not executed here",
        "index.qmd:13: ```{python} is not executed here",
        "index.qmd:17: the cell option echo: true is not supported here; known are include, output, echo, label",
        "index.qmd:22: the cell option fig-cap is not supported here",
        "index.qmd:27: the Python cell that opens here is never closed.",
    ):
        assert part in message


def test_a_failing_cell_is_named_with_its_place(tmp_path: Path) -> None:
    message = refusal(tmp_path, "words\n\n```{python}\nx = 1\n\nx / 0\n```\n\n```{python}\n1\n```\n")
    assert message == "index.qmd:3: the Python cell fails: ZeroDivisionError: division by zero"


def test_a_failing_expression_is_named_with_its_place(tmp_path: Path) -> None:
    message = refusal(tmp_path, "`{python} 1`\nand `{python} 2`\nand `{python} [][0]`, `{python} 3`\n")
    assert message == "index.qmd:3: `[][0]` fails: IndexError: list index out of range"


def test_what_is_not_markdown_is_refused_all_at_once(tmp_path: Path) -> None:
    text = (
        "```{python}\nprint('loud')\n```\n\n```{python}\n{'a': 1}\n```\n\n"
        "word\n\n`{python} print('x')`\n\n```{python}\nimport sys; print('aside', file=sys.stderr)\n```\n"
    )
    message = refusal(tmp_path, text)
    assert message.startswith("3 problems in the report:")
    assert "index.qmd:1: the cell gives 'loud\\n'; a cell must give Markdown" in message
    assert "index.qmd:5: the cell gives \"{'a': 1}\"; a cell must give Markdown" in message
    assert "index.qmd:11: the inline expressions from here on print 'x\\n'" in message


def test_an_expression_that_shows_two_values_shifts_no_other(tmp_path: Path) -> None:
    message = refusal(tmp_path, "`{python} display('a')` and `{python} 2`\n")
    assert "show 3 values where 2 stand" in message


def test_a_kernel_that_dies_is_told_with_its_place(tmp_path: Path) -> None:
    message = refusal(tmp_path, "`{python} 1`\n\n```{python}\nimport os\nos._exit(1)\n```\n\n`{python} 2`\n")
    assert message.startswith("index.qmd:3: the Python kernel stopped here: DeadKernelError")


def test_a_kernel_that_was_ready_before_serves_as_one_of_its_own(tmp_path: Path) -> None:
    text = "`{python} __import__('os').environ['TESAT_X']` `{python} 'report.content' in __import__('sys').modules`"
    with Kernel() as ready:
        assert executed(tmp_path, text, ready=ready, TESAT_X="seen").text == "seen True\n"


def test_a_kernel_that_is_not_asked_ends_with_its_run() -> None:
    with Kernel() as ready:
        process, folder = ready._manager.provisioner.pid, Path(ready._private.name)
        os.kill(process, 0)
        assert folder.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
    assert not folder.exists()


def test_a_kernel_that_died_while_it_waited_begins_anew(tmp_path: Path) -> None:
    with Kernel() as ready:
        os.kill(ready._manager.provisioner.pid, signal.SIGKILL)
        ready._manager.provisioner.process.wait()
        assert executed(tmp_path, "`{python} 6 * 7`", ready=ready).text == "42\n"


def test_a_cell_without_end_is_told_with_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execution, "CELL_SECONDS", 1)
    monkeypatch.setattr(kernel, "CELL_SECONDS", 1)
    message = refusal(tmp_path, "`{python} 1`\n\n```{python}\nimport time\ntime.sleep(30)\n```\n")
    assert message == "index.qmd:3: the code here takes longer than 1 s; is it caught in a loop?"


def test_cells_see_the_given_environment_and_no_users_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    startup = tmp_path / "ipython/profile_default/startup"
    startup.mkdir(parents=True)
    (startup / "mine.py").write_text("mine = 'here'")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    text = "`{python} __import__('os').environ['TESAT_X']` `{python} 'mine' in globals()` `{python} __import__('os').getcwd()`"
    shown = executed(tmp_path / "report", text, TESAT_X="seen").text.replace("\\", "")
    assert shown == f"seen False {(tmp_path / 'report').resolve()}\n"
