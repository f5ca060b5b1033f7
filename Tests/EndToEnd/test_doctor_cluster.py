"""The cluster's API server as a pod finds it: at a name that is not loopback, over TLS, with the authority that is
mounted into every pod."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from . import certificates
from .doctor import diagnose
from .namespace import SERVICES, Namespace
from .sandbox import Sandbox

HOST = "kubernetes.default.svc"
MOUNTED = "/run/secrets/kubernetes.io/serviceaccount"


@pytest.fixture
def pod(tmp_path: Path) -> Iterator[tuple[Sandbox, Namespace, Path]]:
    """A pod of a cluster of Kubernetes 1.12, and the bundle of the authority that its API server shows."""
    with (
        Namespace(tmp_path, [HOST]) as namespace,
        Sandbox("eks-irsa", "kubernetes-old", prefix=namespace.prefix) as running,
    ):
        bundle, chain = certificates.write(tmp_path, [HOST])
        port = int(running.environment["KUBERNETES_SERVICE_PORT"])
        namespace.relay(tls=[[SERVICES, 6443, "127.0.0.1", port, str(chain)]])
        yield running, namespace, bundle


def _mount(namespace: Namespace, authority: Path) -> None:
    script = f"mount -t tmpfs tmpfs /run && mkdir -p {MOUNTED} && cp '{authority}' {MOUNTED}/ca.crt"
    subprocess.run([*namespace.prefix, "sh", "-c", script], check=True)


VARIABLES = {"KUBERNETES_SERVICE_HOST": HOST, "KUBERNETES_SERVICE_PORT": "6443"}


def test_the_mounted_authority_is_trusted(pod: tuple[Sandbox, Namespace, Path]) -> None:
    running, namespace, bundle = pod
    _mount(namespace, bundle)
    report = diagnose(running, set=VARIABLES)
    assert report.failures == ["kubernetes"] and "v1.12.4" in report.checks["kubernetes"]["seen"], report.json


@pytest.mark.parametrize("is_mounted", [True, False])
def test_no_other_is(is_mounted: bool, pod: tuple[Sandbox, Namespace, Path], tmp_path: Path) -> None:
    """Nothing is believed of a server whose certificate does not lead to it, and nothing fails for it."""
    running, namespace, _ = pod
    if is_mounted:
        (tmp_path / "other").mkdir()
        _mount(namespace, certificates.write(tmp_path / "other", [HOST])[0])
    report = diagnose(running, set=VARIABLES)
    assert report.failures == [] and "is not trusted" in report.checks["kubernetes"]["seen"], report.json
