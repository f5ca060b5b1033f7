"""What is aimed at, as ratios within one run, so that the machine cancels out."""

from collections.abc import Iterator

FLOOR, LIBRARY = "libcurl floor", "libmpmeter"


def _rows(results: dict) -> Iterator[tuple[str, float | None, float, bool]]:
    """Target, what it is, the limit, and whether more is better."""
    cold, tls, bundle, rates, foot = (
        results[name] for name in ("cold", "cold_tls", "cold_tls_bundle", "rates", "footprint")
    )

    def ratio(table: dict, a: str, b: str, column: str) -> float | None:
        return table[a][column] / table[b][column] if a in table and b in table else None

    yield "cold start at most 1.5 times the floor", ratio(cold, LIBRARY, FLOOR, "wall_ms"), 1.5, False
    yield "cold start over TLS at most 1.2 times the floor", ratio(tls, LIBRARY, FLOOR, "wall_ms"), 1.2, False
    yield "the same with a distribution's bundle", ratio(bundle, LIBRARY, FLOOR, "wall_ms"), 1.2, False
    yield (
        "cold start at least 3 times faster than aws-sdk-go-v2",
        ratio(cold, "aws-sdk-go-v2", LIBRARY, "wall_ms"),
        3,
        True,
    )
    yield "cold start at least 80 times faster than boto3", ratio(cold, "boto3", LIBRARY, "wall_ms"), 80, True
    yield "peak memory at most 1.2 times the floor's", ratio(cold, LIBRARY, FLOOR, "peak_kib"), 1.2, False
    yield (
        "verify at least 0.95 of raw OpenSSL",
        ratio(rates, "verify: OpenSSL", "verify: libmpmeter", "cpu_us"),
        0.95,
        True,
    )
    yield "sign at least 20 times botocore", ratio(rates, "sign: botocore", "sign: libmpmeter", "cpu_us"), 20, True
    yield "library at most 5 MB", foot["bytes"] / 1e6, 5, False
    yield "no thread", foot["threads"], 0, False
    yield "no descriptor left", foot["descriptors_left"], 0, False


def verdicts(results: dict) -> list[dict]:
    return [
        {"target": name, "is": round(value, 2), "limit": limit, "met": value >= limit if more else value <= limit}
        for name, value, limit, more in _rows(results)
        if value is not None
    ]
