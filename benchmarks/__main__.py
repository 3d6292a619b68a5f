"""``python -m benchmarks``: fills a private mail server, measures, prints a table, writes JSON."""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import duplicates, figures, machine, matching, report, server, triage, window
from benchmarks.figures import Bench
from benchmarks.product import Postroom
from tests.helpers.dovecot import Dovecot, missing_reason

LARGE = 200_000
LARGE_MAIL_BYTES = 200_000_000


def main(argv: Sequence[str] | None = None) -> int:
    """Measure; returns 0 also when a goal is not met, for this is no test."""
    args = _arguments().parse_args(argv)
    if args.matching:
        return _measure_matching(args)
    if args.duplicates:
        return _measure_duplicates(args)
    if args.triage:
        return _measure_triage(args)
    problem = missing_reason()
    if problem:
        print(problem, file=sys.stderr)
        return 1
    about = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine.describe(),
        "load_before": machine.load(),
        "messages": args.messages,
        "seed": args.seed,
    }
    print(f"{about['machine']}; load {machine.load():.1f}", flush=True)
    with Dovecot.start() as dovecot, tempfile.TemporaryDirectory(prefix="bench-", dir=args.directory) as folder:
        benches = _measure(args, dovecot, Path(folder))
    about["load_after"] = machine.load()
    print("\n" + report.table(benches))
    args.output.parent.mkdir(parents=True, exist_ok=True)
    args.output.write_text(json.dumps(report.document(benches, about), indent=1) + "\n")
    print(f"\nwritten to {args.output}")
    return 0


def _measure_matching(args: argparse.Namespace) -> int:
    """Measure P6, which needs no mail server."""
    _say(f"{machine.describe()}; load {machine.load():.1f}")
    figures_of = matching.measure(args.matching, args.seed, args.directory, _say)
    print("\n" + report.figures_table(figures_of))
    return 0


def _measure_duplicates(args: argparse.Namespace) -> int:
    """Measure the search for customers who are here twice, which needs no mail server."""
    _say(f"{machine.describe()}; load {machine.load():.1f}")
    print("\n" + report.figures_table(duplicates.measure(args.duplicates, args.seed, args.directory, _say)))
    return 0


def _measure_triage(args: argparse.Namespace) -> int:
    """Measure the keys of Needs Review, which needs no mail server."""
    _say(f"{machine.describe()}; load {machine.load():.1f}")
    print("\n" + report.figures_table(triage.measure(args.rounds, args.directory, _say)))
    return 0


def _measure(args: argparse.Namespace, dovecot: Dovecot, folder: Path) -> list[Bench]:
    meter = machine.Meter(server.master_of(dovecot.directory))
    account, user = server.fill(dovecot, args.messages, args.seed)
    _say(f"{account.messages:,} mails, {account.size_bytes / 1e6:,.0f} MB")
    bench = Bench(account, folder, meter, args.rounds, _say)
    product = Postroom(folder / "postroom", account, meter, customers=args.customers, seed=args.seed)
    if args.realtime:
        bench.seen = window.arrivals(bench, product, args.realtime)
        return [bench]
    if args.window:
        bench.seen = window.measure(bench, product, args)
        return [bench]
    if args.nothing_new:
        bench.side_by_side(f"First sync of {account.messages:,} mails", [product], 1)
        small = figures.nothing_new(bench, product, 2 * args.rounds - 1)
        return [bench, _measure_large(args, dovecot, bench, small)] if args.large else [bench]
    figures.first_sync(bench, product)
    figures.disk(bench, product)
    small = figures.nothing_new(bench, product, 2 * args.rounds - 1)
    benches = [bench]
    if args.large:
        benches.append(_measure_large(args, dovecot, bench, small))
    figures.memory(bench, product, lambda: server.add_large_mail(dovecot, user, args.large_mail), min(2, args.rounds))
    return benches


def _measure_large(args: argparse.Namespace, dovecot: Dovecot, bench: Bench, small: figures.Timings) -> Bench:
    account, _ = server.fill(dovecot, args.large, args.seed + 1)
    _say(f"{account.messages:,} mails, {account.size_bytes / 1e6:,.0f} MB")
    folder = bench.folder / "large"
    large = Bench(account, folder, bench.meter, args.rounds, _say)
    product = Postroom(folder / "postroom", account, bench.meter, customers=args.customers, seed=args.seed)
    large.side_by_side(f"First sync of {account.messages:,} mails", [product], 1)
    timings = figures.nothing_new(large, product, 2 * args.rounds - 1)
    figures.larger_folder(large, small, timings, product)
    figures.clear(folder)
    return large


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--messages", type=int, default=20_000, metavar="N", help="mails in the mailbox (20000)")
    parser.add_argument("--customers", type=int, default=100_000, metavar="N", help="customers imported (100000)")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="how often each runs (3)")
    parser.add_argument("--seed", type=int, default=1, help="another seed gives other mail (1)")
    parser.add_argument(
        "--large", type=int, nargs="?", const=LARGE, default=0, metavar="N", help=f"P2 with N mails too ({LARGE})"
    )
    parser.add_argument("--nothing-new", action="store_true", help="P2 only (with --large in the large folder too)")
    parser.add_argument(
        "--large-mail", type=int, default=LARGE_MAIL_BYTES, metavar="BYTES", help="the attachment of P9 (200 MB)"
    )
    parser.add_argument(
        "--matching", type=int, nargs="?", const=1_000_000, default=0, metavar="N",
        help="only P6: whose mail is it, among N customers (1000000)",
    )  # fmt: skip
    parser.add_argument(
        "--duplicates", type=int, nargs="?", const=1_000_000, default=0, metavar="N",
        help="only the search for customers who are here twice, among N of them (1000000)",
    )  # fmt: skip
    parser.add_argument("--triage", action="store_true", help="only the fifty emails and seventy keys of Needs Review")
    window.add_arguments(parser)
    parser.add_argument("--directory", type=Path, metavar="DIR", help="where files go meanwhile (the system's place)")
    parser.add_argument("--output", type=Path, default=Path("build/benchmarks.json"), metavar="FILE", help="JSON")
    return parser


def _say(words: str) -> None:
    print(words, flush=True)


if __name__ == "__main__":
    sys.exit(main())
