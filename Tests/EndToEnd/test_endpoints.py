"""`mpmeter endpoint` against botocore's own resolver: every Region that botocore knows, of every partition, and every
kind.

Independent of Tests/Vectors: the answers are computed here and now, by the botocore that is installed.
"""

from __future__ import annotations

import concurrent.futures
import itertools
from typing import Any

import botocore
import botocore.session
import pytest
from botocore.endpoint_provider import EndpointProvider
from botocore.exceptions import EndpointProviderError

from . import product

LOADER = botocore.session.get_session().get_component("data_loader")
PARTITIONS = LOADER.load_data("partitions")["partitions"]
RULES = EndpointProvider(
    LOADER.load_service_model("meteringmarketplace", "endpoint-rule-set-1"), {"partitions": PARTITIONS}
)

# Regions that are newer than the table still belong to a partition by their name.
UNKNOWN = ["eu-north-9", "us-gov-north-1", "cn-east-2", "us-isob-east-9", "ap-southeast-11", "eusc-de-west-1"]


def _botocore(region: str, fips: bool, dualstack: bool) -> str | None:
    """The URL, or None if the partition has no such kind."""
    try:
        return str(RULES.resolve_endpoint(Region=region, UseFIPS=fips, UseDualStack=dualstack).url)
    except EndpointProviderError:
        return None


def _ours(region: str, fips: bool, dualstack: bool) -> str | None:
    outcome = product.run("endpoint", "--region", region, *["--fips"] * fips, *["--dualstack"] * dualstack)
    if outcome.exit == 2:
        assert outcome.stdout == "" and region in outcome.stderr
        return None
    assert outcome.exit == 0
    return outcome.stdout.removesuffix("\n")


@pytest.mark.parametrize("partition", PARTITIONS, ids=lambda partition: partition["id"])
def test_every_region(partition: dict[str, Any]) -> None:
    # A partition's pseudo Region, such as aws-global, is no place where a container runs.
    regions = [region for region in partition["regions"] if not region.endswith("-global")]
    assert regions, "botocore's table has changed its form"
    _compare(regions)


def test_regions_that_botocore_does_not_know_yet() -> None:
    _compare(UNKNOWN)


def _compare(regions: list[str]) -> None:
    cases = list(itertools.product(regions, (False, True), (False, True)))
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        ours = list(pool.map(lambda case: _ours(*case), cases))
    different = {case: (found, _botocore(*case)) for case, found in zip(cases, ours) if found != _botocore(*case)}
    assert different == {}, f"(ours, botocore {botocore.__version__})"


def test_the_table_is_whole() -> None:
    assert len({region for partition in PARTITIONS for region in partition["regions"]}) > 40
