"""What a connection test has to say on the command line: its steps, and its failure beside the field."""

from argparse import Namespace
from typing import Any

from desktop.cli.output import EXIT_FAILED, fail, show, tell, wants_json
from desktop.domain.errors import AppError
from desktop.domain.probing import ProbeReport, Step


def test_failed(args: Namespace, report: ProbeReport, consequence: str) -> int:
    """Say the first failure; in JSON with every step, each error beside its field."""
    first: AppError | None = report.failures[0].error
    if first is None:
        return EXIT_FAILED
    if not wants_json(args):
        for line in step_lines(report):
            tell(line)
        tell(consequence)
        return fail(args, first)
    error = {"code": first.code.value, "message": str(first), "field": getattr(first, "field", None)}
    show(args, {"error": error, "test": step_documents(report)}, [])
    tell(f"{first} {consequence}".strip())
    return EXIT_FAILED


def step_documents(report: ProbeReport | None) -> list[dict[str, Any]]:
    """Return the steps as JSON holds them."""
    return [_step(step) for step in report.steps] if report else []


def _step(step: Step) -> dict[str, Any]:
    document: dict[str, Any] = {"name": step.name, "side": step.side, "words": step.words, "ok": step.ok}
    if step.error is not None:
        document["error"] = {"code": step.error.code.value, "message": str(step.error), "field": step.error.field}
    return document


def step_lines(report: ProbeReport | None) -> list[str]:
    """Return the steps as a person reads them."""
    if report is None:
        return []
    return [f"{'ok    ' if step.ok else 'FAILED'}  {step.words}" for step in report.steps]
