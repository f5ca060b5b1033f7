"""Endpoint vectors: what botocore's rule sets answer for each Region, and which strings are names of Regions at all."""

import base64
import itertools
import re

import botocore
import botocore.session
import output
from botocore.endpoint_provider import EndpointProvider
from botocore.exceptions import EndpointProviderError, InvalidRegionError
from botocore.utils import validate_region_name

LOADER = botocore.session.get_session().get_component("data_loader")
PARTITIONS = LOADER.load_data("partitions")
ENDPOINTS = LOADER.load_data("endpoints")
PROVIDERS = {
    service: EndpointProvider(LOADER.load_service_model(service, "endpoint-rule-set-1"), PARTITIONS)
    for service in ("meteringmarketplace", "sts")
}

FUTURE = [
    "us-east-9",
    "us-central-1",
    "mx-central-2",
    "ca-east-1",
    "sa-north-12",
    "il-west-3",
    "af-north-1",
    "me-east-7",
    "eu-isoe-east-2",
    "ap-southeast-99",
    "eusc-de-east-2",
    "eusc-de-west-1",
    "cn-north-9",
    "cn-south-1",
    "us-gov-central-1",
    "us-iso-north-3",
    "us-isob-west-9",
    "us-isof-north-1",
]
# Of no partition's pattern: by the rules these fall back to the first partition, aws.
UNPLACED = ["xx-newland-1", "nz-north-1", "eusc-fr-west-1", "us-isog-east-1"]


def regions():
    """Every Region of either list with what it is, and some that may come."""
    known = {}
    for partition in PARTITIONS["partitions"]:
        for region in partition["regions"]:
            known[region] = "pseudo" if region.endswith("-global") else "known"
    for partition in ENDPOINTS["partitions"]:
        for region in partition["regions"]:
            known.setdefault(region, "known")
    invented = [(region, "future") for region in FUTURE] + [(region, "unplaced") for region in UNPLACED]
    assert not {region for region, _ in invented} & set(known)
    return sorted(known.items()) + invented


def listed(region):
    """Whether endpoints.json lists the service in this Region."""
    services = [partition["services"] for partition in ENDPOINTS["partitions"]]
    return any(region in service.get("metering.marketplace", {}).get("endpoints", {}) for service in services)


def resolve(service, region, fips, dualstack):
    """The URL and None, or None and the reason."""
    parameters = {"Region": region, "UseFIPS": fips, "UseDualStack": dualstack}
    if service == "sts":
        parameters["UseGlobalEndpoint"] = False
    try:
        return PROVIDERS[service].resolve_endpoint(**parameters).url, None
    except EndpointProviderError as error:
        return None, str(error)


def endpoint_cases():
    for (region, kind), fips, dualstack in itertools.product(regions(), (False, True), (False, True)):
        partition = partition_of(region)
        url, error = resolve("meteringmarketplace", region, fips, dualstack)
        sts_url, sts_error = resolve("sts", region, fips, dualstack)
        yield {
            "name": region + ("+fips" if fips else "") + ("+dualstack" if dualstack else ""),
            "region": region,
            "kind": kind,
            "fips": fips,
            "dualstack": dualstack,
            "partition": partition["name"],
            "dns_suffix": partition["dnsSuffix"],
            "dualstack_dns_suffix": partition["dualStackDnsSuffix"],
            "metering_listed": listed(region),
            "metering_url": url,
            "metering_error": error,
            "sts_url": sts_url,
            "sts_error": sts_error,
        }


def partition_of(region):
    """The outputs of the partition that a Region belongs to, by AWS's algorithm: listed, else by pattern, else the
    first."""
    partitions = PARTITIONS["partitions"]
    for partition in partitions:
        if region in partition["regions"]:
            return partition["outputs"]
    for partition in partitions:
        if re.fullmatch(partition["regionRegex"], region):
            return partition["outputs"]
    return partitions[0]["outputs"]


def is_host_label(text):
    """botocore's rule for a name that may stand in a host name; but botocore lets a line end at the end pass, and the
    empty text."""
    try:
        validate_region_name(text)
        return bool(text) and not text.endswith("\n")
    except InvalidRegionError:
        return False


NOT_REGIONS = [
    ("empty", ""),
    ("space", " "),
    ("dash", "-"),
    ("dashes", "---"),
    ("word", "region"),
    ("number", "1"),
    ("two-parts", "us-1"),
    ("no-number", "us-east"),
    ("number-missing-after-dash", "us-east-"),
    ("leading-dash", "-us-east-1"),
    ("trailing-dash", "us-east-1-"),
    ("double-dash", "us--east-1"),
    ("upper-case", "US-EAST-1"),
    ("capital", "Us-East-1"),
    ("underscore", "us_east_1"),
    ("underscore-in-word", "us-ea_st-1"),
    ("leading-space", " us-east-1"),
    ("trailing-space", "us-east-1 "),
    ("inner-space", "us-east 1"),
    ("trailing-newline", "us-east-1\n"),
    ("trailing-crlf", "us-east-1\r\n"),
    ("leading-newline", "\nus-east-1"),
    ("tab", "us-east-1\t"),
    ("header-injection", "us-east-1\r\nX-Evil: 1"),
    ("two-lines", "us-east-1\nus-west-2"),
    ("two-regions", "us-east-1,us-west-2"),
    ("quoted", '"us-east-1"'),
    ("single-quoted", "'us-east-1'"),
    ("bracketed", "[us-east-1]"),
    ("domain", "us-east-1.evil.com"),
    ("trailing-dot", "us-east-1."),
    ("leading-dot", ".us-east-1"),
    ("slash", "us-east-1/"),
    ("path", "us-east-1/../.."),
    ("dot-dot", "../"),
    ("root", "/"),
    ("backslash", "us-east-1\\"),
    ("query", "us-east-1?a=b"),
    ("fragment", "us-east-1#"),
    ("fragment-of-another-host", "evil.com#us-east-1"),
    ("userinfo", "us-east-1@evil.com"),
    ("userinfo-before", "evil.com@us-east-1"),
    ("port", "us-east-1:8080"),
    ("url", "https://evil.com/us-east-1"),
    ("percent", "us-east-1%2eevil.com"),
    ("percent-nul", "us-east-1%00"),
    ("plus", "us-east+1"),
    ("asterisk", "us-*-1"),
    ("dollar", "$AWS_REGION"),
    ("template", "{region}"),
    ("shell", "us-east-1;id"),
    ("command", "$(id)"),
    ("availability-zone", "us-east-1a"),
    ("local-zone", "us-west-2-lax-1a"),
    ("local-zone-group", "us-west-2-lax-1"),
    ("wavelength-zone", "us-east-1-wl1-bos-wlz-1"),
    ("availability-zone-id", "use1-az1"),
    ("pseudo", "aws-global"),
    ("pseudo-china", "aws-cn-global"),
    ("pseudo-fips-after", "us-east-1-fips"),
    ("number-with-sign", "us-east--1"),
    ("number-with-fraction", "us-east-1.0"),
    ("number-in-hex", "us-east-0x1"),
    ("full-width-digit", "us-east-\uff11"),
    ("arabic-digit", "us-east-\u0661"),
    ("cyrillic-letter", "us-e\u0430st-1"),
    ("accent", "us-\u00e9ast-1"),
    ("hyphen-look-alike", "us\u2010east\u20101"),
    ("zero-width-space", "us-east-1\u200b"),
    ("byte-order-mark", "\ufeffus-east-1"),
    ("kelvin-sign", "us-\u212aest-1"),
    ("label-of-64-bytes", "us-" + "a" * 59 + "-1"),
    ("very-long", "us-" + "east-" * 2000 + "1"),
    ("very-long-number", "us-east-" + "1" * 64),
]


def region_cases():
    for region, kind in regions():
        if kind != "pseudo":
            yield {"name": region, "text": region, "valid": True, "host_label": is_host_label(region)}
    for name, text in NOT_REGIONS:
        yield {"name": name, "text": text, "valid": False, "host_label": is_host_label(text)}
    for name, data in (
        ("nul-inside", b"us-east-1\0.evil.com"),
        ("nul-at-end", b"us-east-1\0"),
        ("invalid-utf-8", b"us-east-1\xff"),
        ("overlong-utf-8", b"us-east\xc0\xad1"),
    ):
        yield {"name": name, "text_base64": base64.b64encode(data).decode(), "valid": False, "host_label": False}


if __name__ == "__main__":
    # The shape that the lists imply: a prefix, one or two words, a number. Each case is held against it.
    shape = re.compile(r"[a-z]{2,4}(-[a-z]{2,16}){1,2}-[1-9][0-9]?", re.ASCII)
    cases = list(region_cases())
    for case in cases:
        assert bool(shape.fullmatch(case.get("text", "?"))) == case["valid"], case
    folder = output.folder("endpoints")
    print(f"botocore {botocore.__version__}")
    endpoints = list(endpoint_cases())
    for case in endpoints:  # What the resolver used must be the partition that the case says.
        assert case["sts_url"] is None or case["sts_url"].endswith((case["dns_suffix"], case["dualstack_dns_suffix"]))
    output.write(folder / "cases.json", endpoints)
    output.write(folder / "regions.json", cases)
    print(
        sum(case["metering_url"] is not None for case in endpoints),
        "with a metering URL,",
        sum(case["valid"] for case in cases),
        "Regions",
    )
