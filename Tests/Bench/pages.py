"""The tables in docs/performance.md and docs/fleet.md, from the same JSON as the charts: between `<!-- NAME -->` and
`<!-- /NAME -->`."""

from pathlib import Path

FLOOR, LIBRARY = "libcurl floor", "libmpmeter"
TABLES = [("cold", "HTTP"), ("cold_tls", "HTTPS, one root"), ("cold_tls_bundle", "HTTPS, a distribution's bundle")]


def _markdown(head: list[str], rows: list[list[str]]) -> str:
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [head, ["---"] * len(head), *rows])


def machine(results: dict) -> str:
    about = results["machine"]
    where = f"{about['processor']}, {about['cores']} cores, Linux {about['kernel']}"
    return f"{where}; {results['runs']} interleaved runs, medians; {results['when'][:10]}."


def cold(results: dict) -> str:
    head = [
        "",
        "program",
        "wall clock, ms",
        "to the floor",
        "CPU, ms",
        "peak memory, MB",
        "to the floor",
        "instructions, million",
    ]
    rows = []
    for name, title in TABLES:
        floor = results[name][FLOOR]
        for program in [FLOOR, LIBRARY, *(other for other in results[name] if other not in (FLOOR, LIBRARY))]:
            row = results[name][program]
            ratio, memory = row["wall_ms"] / floor["wall_ms"], row["peak_kib"] / floor["peak_kib"]
            instructions = f"{row['instructions'] / 1e6:.1f}" if row.get("instructions") else ""
            cells = [
                f"{row['wall_ms']:.1f}",
                f"{ratio:.2f}",
                f"{row['cpu_ms']:.1f}",
                f"{row['peak_kib'] / 1024:.1f}",
                f"{memory:.2f}",
            ]
            rows.append([title if program == FLOOR else "", program, *cells, instructions])
    return _markdown(head, rows)


def calls(results: dict) -> str:
    measured = {**results["rates"], **results["threads"]}
    rows = [
        [name, f"{row['per_second']:,.0f}", f"{row['us']:.1f}", f"{row['cpu_us']:.1f}"]
        for name, row in measured.items()
    ]
    return _markdown(["", "a second", "µs a call", "µs of CPU a call"], rows)


def footprint(results: dict) -> str:
    about = results["footprint"]
    rows = [["the file", f"{about['bytes'] / 1e6:.2f} MB"]]
    rows += [["of it " + part, f"{size / 1e3:,.0f} kB"] for part, size in about["parts"].items()]
    rows += [
        ["relocations at load time", f"{sum(about['relocations'].values()):,}"],
        ["dlopen()", f"{about['dlopen_us']:.0f} µs"],
        ["its pages resident after dlopen()", f"{about['touched_kib_loaded']:,.0f} KiB"],
        ["its pages resident after a registration", f"{about['touched_kib_called']:,.0f} KiB"],
        ["heap in use after a registration", f"{about['heap_kib_called']:.0f} KiB"],
        ["threads started", f"{about['threads']:.0f}"],
        ["descriptors left open", f"{about['descriptors_left']:.0f}"],
    ]
    return _markdown(["", ""], rows)


def targets(results: dict) -> str:
    rows = [[row["target"], f"{row['is']:g}", "met" if row["met"] else "**missed**"] for row in results["targets"]]
    return _markdown(["target", "is", ""], rows)


def fleet(results: dict) -> str:
    head = [
        "policy",
        "pods",
        "weather",
        "ideal, s",
        "last registered, s",
        "to the ideal",
        "calls a pod",
        "most calls",
        "gave up",
    ]
    rows = []
    for row in results["rows"]:
        is_other = row["policy"] != LIBRARY
        if row["bucket_depth"] != 5 or (is_other and row["weather"] != "calm") or row["weather"] == "both":
            continue
        ratio = f"{row['ratio']:.2f}" if row["gave_up"] == 0 else "–"
        cells = [f"{row['pods']:,}", row["weather"], f"{row['ideal_s']:,.0f}", f"{row['last_s']:,.0f}", ratio]
        rows.append(
            [row["policy"], *cells, f"{row['calls_per_pod']:.1f}", str(row["most_calls"]), f"{row['gave_up']:,}"]
        )
    return _markdown(head, rows)


def depths(results: dict) -> str:
    chosen = [row for row in results["rows"] if row["policy"] == LIBRARY and row["weather"] == "calm"]
    rows = []
    for row in sorted(chosen, key=lambda row: (row["bucket_depth"], row["pods"])):
        is_late = row["last_s"] > row["limit_s"]
        last = f"**{row['last_s']:,.0f}**" if is_late else f"{row['last_s']:,.0f}"
        cells = [
            f"{row['bucket_depth']:.0f}",
            f"{row['pods']:,}",
            f"{row['ideal_s']:,.0f}",
            f"{row['limit_s']:,.0f}",
            last,
        ]
        rows.append([*cells, f"{row['calls_per_pod']:.1f}", str(row["most_calls"]), f"{row['gave_up_worst']:,}"])
    return _markdown(
        [
            "calls the bucket holds",
            "pods",
            "ideal, s",
            "aimed at, s",
            "last registered, s",
            "calls a pod",
            "most calls",
            "gave up",
        ],
        rows,
    )


def frontier(results: dict) -> str:
    found: dict[tuple, list[str]] = {}
    for row in results["frontier"]:
        key = (row["bucket_depth"], row["share"], row["longest_s"])
        cells = found.setdefault(key, [f"{key[0]:.0f}", f"1/{key[1]}", f"{key[2]:.0f}"])
        cells += [f"{row['last_s']:,.0f}", f"{row['calls_per_pod']:.1f}", f"{row['gave_up_worst']:,}"]
    sizes = list(dict.fromkeys(row["pods"] for row in results["frontier"]))
    head = ["calls the bucket holds", "share", "longest, s"]
    head += [f"{what} {pods:,}" for pods in sizes for what in ("last of", "calls at", "gave up of")]
    return _markdown(head, [found[key] for key in sorted(found)])


def made(results: dict) -> str:
    seeds = len(results["seeds"])
    where = f"Measured {results['when']} at commit {results['commit']}, with {seeds} seeds"
    return f"{where}: medians, and of those who gave up the most."


def processes(results: dict) -> str:
    about = results["processes"]
    return (
        f"{about['pods']} processes of the command line against the sandbox with `--quota 5`: all registered, "
        "the last after "
        f"{about['last_s']:.0f} s (ideal {about['ideal_s']:.0f} s), with {about['calls_per_pod']:.1f} calls each "
        "and at most "
        f"{about['most_calls']}."
    )


def write(page: Path, parts: dict[str, str]) -> None:
    """Put each part where its marks are. A page without them is an error."""
    text = page.read_text()
    for name, content in parts.items():
        before, start, rest = text.partition(f"<!-- {name} -->\n")
        _, end, after = rest.partition(f"<!-- /{name} -->\n")
        if not start or not end:
            raise SystemExit(f"{page} has no place for {name}")
        text = f"{before}{start}{content}\n{end}{after}"
    page.write_text(text)
