"""What is aimed at: instructions, which no load changes, and ratios within one run, so that the machine cancels out."""

from collections.abc import Iterator

FLOOR, LIBRARY, GO, CRT = "libcurl floor", "libmpmeter", "aws-sdk-go-v2", "AWS CRT (Python)"


def _rows(results: dict) -> Iterator[tuple[str, float | None, float, bool]]:
    """Target, what it is, the limit, and whether more is better."""
    cold, tls, bundle, rates, counts, foot = (
        results[name] for name in ("cold", "cold_tls", "cold_tls_bundle", "rates", "counts", "footprint")
    )

    def ratio(table: dict, a: str, b: str, column: str) -> float | None:
        return table[a][column] / table[b][column] if a in table and b in table else None

    def millions(title: str) -> float | None:
        count = counts[f"cold start, {title}"][LIBRARY]
        return None if count is None else count / 1e6

    yield "library, MB", foot["bytes"] / 1e6, 4.5, False
    yield "cold start over HTTP, million instructions", millions("HTTP"), 4.8, False
    yield "over TLS with one root, million instructions", millions("HTTPS, one root"), 12, False
    yield "over TLS with a bundle of 140 roots, million instructions", millions("HTTPS, bundle"), 70, False
    yield "cold start to the floor's", ratio(cold, LIBRARY, FLOOR, "wall_ms"), 1.5, False
    yield "cold start over TLS to aws-sdk-go-v2's", ratio(tls, LIBRARY, GO, "wall_ms"), 0.75, False
    yield "the same with a distribution's bundle", ratio(bundle, LIBRARY, GO, "wall_ms"), 1, False
    yield "peak memory to the floor's", ratio(cold, LIBRARY, FLOOR, "peak_kib"), 1.2, False
    yield "verify to raw OpenSSL", ratio(rates, "verify: OpenSSL", "verify: libmpmeter", "cpu_us"), 0.95, True
    yield "sign to the AWS CRT", ratio(rates, f"sign: {CRT}", "sign: libmpmeter", "cpu_us"), 1, True
    yield "threads", foot["threads"], 0, False
    yield "descriptors left", foot["descriptors_left"], 0, False


def verdicts(results: dict) -> list[dict]:
    return [
        {
            "target": f"{name}: at {'least' if more else 'most'} {limit:g}",
            "is": round(value, 2),
            "limit": limit,
            "met": value >= limit if more else value <= limit,
        }
        for name, value, limit, more in _rows(results)
        if value is not None
    ]
