"""`make bench-charts`: the charts and tables in docs/, from the JSON that `make bench` and `make bench-fleet` wrote."""

import argparse
import json
from pathlib import Path

import matplotlib
import pages
from pages import FLOOR, LIBRARY, TABLES

matplotlib.use("svg")
# Text stays text, and the same data gives the same file.
matplotlib.rcParams.update(
    {
        "svg.fonttype": "none",
        "svg.hashsalt": "mpmeter",
        "font.size": 9,
        "axes.spines.top": False,
        "axes.spines.right": False,
    }
)
from matplotlib import pyplot  # noqa: E402

OURS, OTHERS = "#c2410c", ["#1e3a8a", "#0d9488", "#7c3aed", "#64748b"]


def save(figure: pyplot.Figure, path: Path) -> None:
    figure.savefig(path, metadata={"Date": None, "Creator": None}, transparent=False)
    pyplot.close(figure)


def cost(results: dict, path: Path) -> None:
    """Cold start of each program, in milliseconds of wall clock, plain and over TLS."""
    figure, axes = pyplot.subplots(1, 3, figsize=(9, 2.4), sharey=True, layout="constrained")
    for axis, (name, title) in zip(axes, TABLES):
        rows = results[name]
        names = [FLOOR, LIBRARY, *(row for row in rows if row not in (FLOOR, LIBRARY))][::-1]
        values = [rows[row]["wall_ms"] for row in names]
        bars = axis.barh(names, values, color=[OURS if row == LIBRARY else "#94a3b8" for row in names])
        axis.bar_label(bars, [f"{value:.1f}" if value < 100 else f"{value:.0f}" for value in values], padding=3)
        axis.set_xscale("log")
        axis.set_xlim(1, max(values) * 6)
        axis.set_title(title, fontsize=9)
    figure.supxlabel("from exec to exit, milliseconds, median (logarithmic)", fontsize=9)
    save(figure, path)


def fleet(results: dict, path: Path) -> None:
    """Registered pods over time, with each policy, beside what the quota allows at most."""
    sizes = [1000, 5000]
    figure, axes = pyplot.subplots(1, len(sizes), figsize=(9, 3.2), layout="constrained")
    for axis, pods in zip(axes, sizes):
        axis.plot([0, pods / 5], [0, pods], color="black", linewidth=0.8, linestyle=":", label="5 a second, the quota")
        curves = [curve for curve in results["curves"] if curve["pods"] == pods]
        other_colours = iter(OTHERS)
        for curve in curves:
            is_ours = curve["policy"] == LIBRARY
            times, counts = zip(*([(0, 0), *map(tuple, curve["registered"])]))
            # Whoever has given up stays where it is.
            times, counts = (*times, 1800), (*counts, counts[-1])
            colour = OURS if is_ours else next(other_colours)
            axis.plot(times, counts, color=colour, linewidth=2 if is_ours else 1.2, label=curve["policy"])
        axis.set_xlim(0, pods / 5 * 1.8)
        axis.set_title(f"{pods:,} pods that start at once", fontsize=9)
        axis.set_xlabel("seconds")
    axes[0].set_ylabel("pods registered")
    axes[0].legend(frameon=False, fontsize=8)
    save(figure, path)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument(
        "--cost", type=Path, help="what run.py of cost/ found; without it that page is left as it is"
    )
    arguments.add_argument("--fleet", type=Path, help="the same of fleet/")
    arguments.add_argument("directory", type=Path)
    options = arguments.parse_args()
    if options.cost is not None and options.cost.exists():
        costs = json.loads(options.cost.read_text())
        cost(costs, options.directory / "performance.svg")
        about_costs = [pages.machine, pages.cold, pages.calls, pages.footprint, pages.targets]
        pages.write(options.directory / "performance.md", {part.__name__: part(costs) for part in about_costs})
    if options.fleet is not None and options.fleet.exists():
        fleets = json.loads(options.fleet.read_text())
        fleet(fleets, options.directory / "fleet.svg")
        about_fleets = [pages.made, pages.fleet, pages.depths, pages.frontier, pages.processes]
        pages.write(options.directory / "fleet.md", {part.__name__: part(fleets) for part in about_fleets})


if __name__ == "__main__":
    main()
