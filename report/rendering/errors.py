"""The one error of the renderer: what is wrong, where, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence


class ReportError(Exception):
    """A report that must not be published as it is; the message names every place found."""

    @classmethod
    def of(cls, problems: Sequence[str]) -> ReportError:
        """One error for all problems found, so that an author mends them in one go."""
        if len(problems) == 1:
            return cls(problems[0])
        listed = "\n".join(f"  {number}. {problem}" for number, problem in enumerate(problems, start=1))
        return cls(f"{len(problems)} problems in the report:\n{listed}")
