"""The Python kernel that executes a report's cells; it gets ready beside other work and serves one manuscript.

Belongs here: starting and ending the process. What runs in it is `execution.py`.
"""

from __future__ import annotations

import os
import tempfile
from types import TracebackType
from typing import Any

CELL_SECONDS = 300
# What every chapter asks for; importing it takes longer than the chapters' own work.
READY = "__import__('report.content')"


class Kernel:
    """A kernel in a process of its own, its sockets in a private folder: Jupyter's default is unencrypted TCP."""

    def __init__(self) -> None:
        """Starts it; nobody waits until it is ready."""
        from jupyter_client.manager import AsyncKernelManager
        from jupyter_core.utils import run_sync

        self._private = tempfile.TemporaryDirectory(prefix="tesat-kernel-")
        folder = self._private.name
        self._manager: Any = AsyncKernelManager(kernel_name="python3", transport="ipc", ip=f"{folder}/kernel")
        run_sync(self._manager.start_kernel)(
            cwd=folder,
            env=_environment(folder),
            extra_arguments=["--HistoryManager.enabled=False", f"--IPKernelApp.exec_lines={READY}"],
        )

    def __enter__(self) -> Kernel:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stops it, whether it was asked or not."""
        from jupyter_core.utils import run_sync

        if self._manager.has_kernel:
            run_sync(self._manager.shutdown_kernel)(now=True)
        self._private.cleanup()

    def run(self, notebook: Any) -> None:
        """Executes the cells of a notebook in place, in order, and ends; one that died while it waited begins anew.

        Raises:
            CellExecutionError: A cell failed.
            CellTimeoutError: A cell took more than `CELL_SECONDS`.
            RuntimeError: The process ended.
        """
        from jupyter_core.utils import run_sync
        from nbclient import NotebookClient

        if not run_sync(self._manager.is_alive)():
            run_sync(self._manager.restart_kernel)(now=True)
        client = NotebookClient(notebook, km=self._manager, timeout=CELL_SECONDS, shutdown_kernel="immediate")
        client.execute(cleanup_kc=True)


def _environment(folder: str) -> dict[str, str]:
    """The process's environment with IPython's own folder set aside, so that no user's settings run."""
    return {**os.environ, "IPYTHONDIR": folder, "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
