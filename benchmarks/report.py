"""The results as a table for people and as JSON."""

import statistics
from collections.abc import Sequence
from typing import Any

from benchmarks.figures import Bench, Figure, Timings


def table(benches: Sequence[Bench]) -> str:
    """Return all timings and figures as text."""
    parts = [_timings(timings) for bench in benches for timings in bench.timings]
    parts.append(figures_table([found for bench in benches for found in bench.figures]))
    return "\n\n".join(parts)


def _timings(timings: Timings) -> str:
    rows = [("", "median s", "min", "max", "CPU s", "elsewhere")]
    for name, runs in timings.runs.items():
        seconds = [run.seconds for run in runs]
        rows.append(
            (
                name,
                f"{statistics.median(seconds):.2f}",
                f"{min(seconds):.2f}",
                f"{max(seconds):.2f}",
                f"{statistics.median(run.cpu_s for run in runs):.2f}",
                f"{statistics.median(run.elsewhere for run in runs):.1f}" if min(seconds) > 0.5 else "",
            )
        )
    return "\n".join([timings.title, *_aligned(rows), *(f"  {note}" for note in timings.notes)])


def figures_table(figures: Sequence[Figure]) -> str:
    """Return figures as text."""
    rows = [("", "value", "rounds", "goal", "")]
    for found in figures:
        goal = f"{found.goal:g}" if found.goal < float("inf") else ""
        rounds = f"{min(found.rounds):.2f} to {max(found.rounds):.2f}" if len(found.rounds) > 1 else ""
        value = f"{found.value:.2f} {found.unit}".strip()
        rows.append((found.name, value, rounds, goal, ("met" if found.is_met else "not met") if goal else ""))
    return "\n".join(_aligned(rows))


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return [
        "  "
        + "  ".join(
            cell.ljust(width) if at == 0 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def document(benches: Sequence[Bench], about: dict[str, Any]) -> dict[str, Any]:
    """Return everything that was measured."""
    return {
        **about,
        "seen": {name: seen for bench in benches for name, seen in bench.seen.items()},
        "timings": [
            {
                "title": timings.title,
                "notes": timings.notes,
                "runs": {
                    name: [
                        {
                            "seconds": round(run.seconds, 3),
                            "cpu_s": round(run.cpu_s, 2),
                            "elsewhere": round(run.elsewhere, 2),
                        }
                        for run in runs
                    ]
                    for name, runs in timings.runs.items()
                },
            }
            for bench in benches
            for timings in bench.timings
        ],
        "figures": [
            {
                "name": found.name,
                "value": round(found.value, 4),
                "goal": found.goal if found.goal < float("inf") else None,
                "unit": found.unit,
                "met": found.is_met,
            }
            | {"rounds": [round(value, 4) for value in found.rounds]}
            for bench in benches
            for found in bench.figures
        ],
    }
