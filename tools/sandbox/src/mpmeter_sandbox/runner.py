"""Decides the life of a run: makes keys and files, starts the scenario's services on loopback, and stops and removes
all of it."""

from __future__ import annotations

import socket
import ssl
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from aiohttp import web

from . import environment
from .clock import Clock
from .credentials import POD_IDENTITY, Identities
from .ecs import CredentialsEndpoint, TaskMetadata
from .exchange import CREDENTIALS, ECS, IMDS, KUBERNETES, METERING, STS, Service
from .faults import FaultPlan
from .front import Front
from .imds import Imds
from .kubernetes import KubernetesApi
from .ledger import Ledger, billed
from .metering import Metering
from .places import Place
from .requestlog import RequestLog, server_logger
from .scenarios import SCENARIOS, Scenario
from .server import application
from .settings import Settings
from .sts import Sts
from .tls import Authority
from .tokenfile import GOOD, TokenFile
from .tokens import SigningKey
from .webidentity import POD_IDENTITY_AUDIENCE, STS_AUDIENCE, ClusterIssuer

HOST = "127.0.0.1"


class Sandbox:
    """The services of one run: `async with Sandbox(settings) as sandbox`. Raises ValueError if the settings make no
    sense."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.scenario: Scenario = SCENARIOS[settings.scenario]
        self.plan = FaultPlan(settings.faults)
        self.plan.apply(settings)
        self.place = Place.of(settings.region, settings.local_zone, settings.pod)
        # A fault of IMDS puts an IMDS where there is none, since the fault is what the client then meets.
        wanted = self.scenario.services + [IMDS] * (IMDS in self.plan.services and not self.scenario.imds)
        for service in self.plan.services:
            if service not in wanted:
                raise ValueError(f"scenario {self.scenario.name} has no service '{service}' for a fault")
        if settings.token_file != GOOD and not self.scenario.in_kubernetes:
            raise ValueError(f"scenario {self.scenario.name} has no service account token for a fault")
        self._given_key = SigningKey.read(settings.key) if settings.key else None
        self._wanted = wanted
        self._runners: list[web.AppRunner] = []
        self._fronts: list[Front] = []
        self._sockets: list[socket.socket] = []
        self._directory: tempfile.TemporaryDirectory[str] | None = None
        self._log: RequestLog | None = None
        self._ledger: Ledger | None = None
        self.variables: dict[str, str] = {}

    async def __aenter__(self) -> Sandbox:
        try:
            await self._start()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def _start(self) -> None:
        settings = self.settings
        self._log = RequestLog(settings.log)
        self._directory = tempfile.TemporaryDirectory(prefix="mpmeter-sandbox-")
        directory = Path(self._directory.name)
        clock = self.clock = Clock(directory / "clock")
        if settings.clock:
            clock.move(settings.clock)
        self._ledger = ledger = Ledger(Path(settings.ledger) if settings.ledger else directory / "ledger.sqlite")
        identities = Identities(self.place, settings.credentials_lifetime, clock, settings.credentials_rotate)
        issuer = ClusterIssuer(self.place)
        keys = self._keys()
        pems = {
            version: _written(directory / f"public-key-{version}.pem", key.public_pem) for version, key in keys.items()
        }
        token_file = None
        has_agent = self.scenario.credentials == POD_IDENTITY
        if self.scenario.in_kubernetes:
            token = issuer.token(POD_IDENTITY_AUDIENCE if has_agent else STS_AUDIENCE)
            token_file = TokenFile(directory / "service-account-token", token, settings.token_file)
        endpoint = CredentialsEndpoint(identities, self.scenario.credentials, token_file if has_agent else None)
        makers: dict[str, Callable[[], Service]] = {
            METERING: lambda: Metering(settings, identities, keys, self.plan, clock, ledger),
            STS: lambda: Sts(settings, identities, issuer, token_file),
            ECS: lambda: TaskMetadata(self.place, self.scenario.launch_type or ""),
            CREDENTIALS: lambda: endpoint,
            IMDS: lambda: Imds(settings, identities),
            KUBERNETES: lambda: KubernetesApi(settings.kubernetes_minor),
        }
        authority = Authority() if settings.tls else None
        context = authority.server_context(settings.certificate, directory) if authority else None
        urls = {}
        for index, name in enumerate(self._wanted):
            is_https = authority is not None and name in (METERING, STS)
            port = await self._serve(
                makers[name](), settings.port + index if settings.port else 0, context if is_https else None
            )
            if name in settings.refused:
                port = self._closed_port()
            urls[name] = f"{'https' if is_https else 'http'}://{HOST}:{port}"
        around = environment.Surroundings(
            urls=urls,
            closed_url=f"http://{HOST}:{self._closed_port()}",
            credentials_path=endpoint.path,
            directory=directory,
            clock=clock.path,
            ledger=ledger.path,
            public_key=pems[settings.public_key_version],
            next_public_key=pems.get(settings.next_version),
            token_file=token_file.path if token_file else None,
            ca_bundle=authority.write_bundle(directory, settings.bundle) if authority else None,
        )
        self.variables = environment.added(self.scenario, settings, identities, around)

    async def _serve(self, service: Service, port: int, tls: ssl.SSLContext | None) -> int:
        """Start one service; returns its port."""
        assert self._log is not None
        front = None
        if self.plan.spoils_connections(service.name) or (tls is not None and self.settings.certificate == "old"):
            front = Front(service.name, self.plan, self._log, tls if self.settings.certificate == "old" else None)
        runner = web.AppRunner(
            application(service, self.plan, self._log),
            access_log=None,
            logger=server_logger(service.name, self._log),
            handler_cancellation=True,
            shutdown_timeout=0.1,
        )
        await runner.setup()
        self._runners.append(runner)
        await web.TCPSite(runner, HOST, 0 if front else port, ssl_context=tls).start()
        behind = int(runner.addresses[0][1])
        if front is None:
            return behind
        self._fronts.append(front)
        return await front.start(HOST, port, behind)

    def _keys(self) -> dict[int, SigningKey]:
        """The key of each version. The one given is the version's that the vendor embedded; a rotated one is always
        new."""
        settings = self.settings
        versions = {settings.public_key_version} | settings.accepted_versions
        given = {settings.public_key_version: self._given_key} if self._given_key else {}
        bits = self._given_key.bits if self._given_key else settings.key_bits
        return {version: given.get(version) or SigningKey.new(bits) for version in versions}

    def _closed_port(self) -> int:
        """A port that is bound but not listening: connections are refused, and nobody else can take it."""
        closed = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._sockets.append(closed)
        closed.bind((HOST, 0))
        return int(closed.getsockname()[1])

    def billed(self) -> dict[str, Any]:
        """What would be billed, as `mpmeter-sandbox ledger --json` prints it."""
        return billed(Path(self.variables["MPMETER_SANDBOX_LEDGER"]))

    @property
    def mistakes(self) -> list[str]:
        """What the sandbox did wrong itself, so far."""
        return self._log.mistakes if self._log is not None else []

    async def stop(self) -> None:
        """Stop the services, cut their connections, remove the files. Can be called again."""
        while self._fronts:
            await self._fronts.pop().stop()
        while self._runners:
            await self._runners.pop().cleanup()
        while self._sockets:
            self._sockets.pop().close()
        if self._log is not None:
            self._log.close()
        if self._ledger is not None:
            self._ledger.close()
            self._ledger = None
        if self._directory is not None:
            self._directory.cleanup()
            self._directory = None


def _written(path: Path, content: bytes) -> Path:
    """Write a file that a container's unprivileged user can read, as the ones in a pod are."""
    path.write_bytes(content)
    return path
