"""The EKS files: Kubernetes' own schemas, Helm's own engine and linter, and the rules that make RegisterUsage work
there."""

from __future__ import annotations

import platform
import re
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from Project.test_security import VARIABLES

from .places import DEPLOY

if platform.machine() != "x86_64":
    pytest.skip("helm-python-sdk, which holds Helm's engine, has a wheel for x86-64 alone", allow_module_level=True)

import helm_python  # noqa: E402

FOLDER = DEPLOY / "eks"
CHART = FOLDER / "chart"
MANIFESTS = FOLDER / "product.yaml"
ROLE = {"serviceAccount": {"roleArn": "arn:aws:iam::111122223333:role/product"}}
# The oldest and the newest that the schemas are there for.
VERSIONS = ["1.25", "1.37"]
# What chooses a pod's node.
PLACE = ("nodeSelector", "tolerations", "affinity")


def _rendered(values: dict[str, Any]) -> dict[str, Any]:
    """Kind to object."""
    with helm_python.Chart.load(CHART) as chart:
        files = chart.render(values, name="demo", namespace="default")
    objects = [
        part for name, text in files.items() if name.endswith(".yaml") for part in yaml.safe_load_all(text) if part
    ]
    return {part["kind"]: part for part in objects if "annotations" not in part["metadata"] or part["kind"] != "Pod"}


def _hook(values: dict[str, Any]) -> dict[str, Any]:
    """The Pod of `helm test`."""
    with helm_python.Chart.load(CHART) as chart:
        files = chart.render(values, name="demo", namespace="default")
    (text,) = (text for name, text in files.items() if "tests/" in name)
    return dict(yaml.safe_load(text))


def _manifests() -> dict[str, Any]:
    return {part["kind"]: part for part in yaml.safe_load_all(MANIFESTS.read_text())}


FULL = {
    **ROLE,
    "httpsProxy": "http://proxy.example.com:3128",
    "noProxy": ".cluster.local",
    "imagePullSecrets": [{"name": "x"}],
    "nodeSelector": {"a": "b"},
    "tolerations": [{"key": "a", "operator": "Exists"}],
    "affinity": {
        "nodeAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": {
                "nodeSelectorTerms": [{"matchExpressions": [{"key": "a", "operator": "Exists"}]}]
            }
        }
    },
    "caBundle": {"configMap": "company-ca", "key": "ca.pem"},
    "extraEnv": [{"name": "LOG_LEVEL", "value": "debug"}],
    "extraVolumes": [{"name": "data", "emptyDir": {}}],
    "extraVolumeMounts": [{"name": "data", "mountPath": "/data"}],
    "startupProbe": {"httpGet": {"path": "/healthz", "port": 8080}, "periodSeconds": 10, "failureThreshold": 190},
    "metering": {"enabled": True},
}
SOURCES = {"manifests": _manifests, "chart": lambda: _rendered(ROLE), "chart, every value": lambda: _rendered(FULL)}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("source", SOURCES)
def test_kubernetes_takes_it(source: str, version: str) -> None:
    objects = SOURCES[source]()
    assert set(objects) == {"ServiceAccount", "Deployment"}
    for part in objects.values():
        kubernetes_validate.validate(part, version, strict=True)


def test_the_schemas_would_say_so() -> None:
    deployment = _manifests()["Deployment"]
    deployment["spec"]["template"]["spec"]["serviceAcountName"] = "product"
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(deployment, VERSIONS[-1], strict=True)


@pytest.mark.parametrize("source", SOURCES)
def test_how_it_runs(source: str) -> None:
    objects = SOURCES[source]()
    account, pod = objects["ServiceAccount"], objects["Deployment"]["spec"]["template"]["spec"]
    assert account["metadata"]["annotations"]["eks.amazonaws.com/role-arn"], (
        "IRSA: AWS takes RegisterUsage from a pod in no other way"
    )
    assert pod["serviceAccountName"] == account["metadata"]["name"]
    assert pod["automountServiceAccountToken"] is False, "the Kubernetes API's token; IRSA's is a volume of its own"
    security = pod["securityContext"]
    assert security["runAsNonRoot"] and security["fsGroup"] == security["runAsUser"] == 65532, (
        "the token must be readable to this user"
    )
    (container,) = pod["containers"]
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert not {"command", "args", "envFrom"} & set(container)
    assert {variable["name"] for variable in container.get("env", [])} <= {
        "HTTPS_PROXY",
        "NO_PROXY",
        "AWS_CA_BUNDLE",
        "LOG_LEVEL",
    }
    assert pod.get("restartPolicy", "Always") == "Always", "exit status 75 asks to be started again"


def test_manifests_and_chart_say_the_same() -> None:
    plain, chart = (
        _manifests()["Deployment"]["spec"]["template"]["spec"],
        _rendered(ROLE)["Deployment"]["spec"]["template"]["spec"],
    )
    chart["serviceAccountName"] = plain["serviceAccountName"]
    assert chart == plain


def test_helm_lint() -> None:
    for values in (ROLE, FULL):
        found = helm_python.lint(CHART, values, strict=True)
        assert found["total_charts_linted"] == 1 and found["messages"] == []


def test_helm_lint_would_say_so() -> None:
    assert helm_python.lint(CHART, {"replicas": "three"})["errors"]


@pytest.mark.parametrize("name", ["productCode", "product_code", "product", "env", "command", "args", "region"])
def test_there_is_no_value_for_what_is_the_vendors(name: str) -> None:
    """`--set productCode=…` is an error, not ignored: codes are managed "in a manner customers cannot tamper with".
    https://docs.aws.amazon.com/marketplace/latest/userguide/container-products-billing-integration.html"""
    with pytest.raises(helm_python.HelmValuesError, match=f"'{name}' not allowed"):
        _rendered({**ROLE, name: "x"})


# What decides Region, role, endpoint, proxy or library, and what the bindings' pages say can run other code.
_RUNS_OTHER_CODE = {name for names in VARIABLES.values() for name in names if re.fullmatch("[A-Z_]+", name)}
_DECIDES = ["AWS_REGION", "AWS_ROLE_ARN", "AWS_ENDPOINT_URL", "MPMETER_LIBRARY", "SSL_CERT_FILE", "HOME", "https_proxy"]


@pytest.mark.parametrize("name", [*_DECIDES, *sorted(_RUNS_OTHER_CODE), "GLIBC_TUNABLES", "PATH", "OPENSSL_CONF"])
def test_extra_variables_are_the_products_and_not_the_librarys(name: str) -> None:
    with pytest.raises(helm_python.HelmValuesError):
        _rendered({**ROLE, "extraEnv": [{"name": name, "value": "x"}]})


@pytest.mark.parametrize(
    "name", ["LOG_LEVEL", "HOMEPAGE", "PATHS", "LDAP_URL", "NODE_ENV", "JAVA_HOME", "PYTHONUNBUFFERED"]
)
def test_other_variables_are_the_products(name: str) -> None:
    assert _rendered({**ROLE, "extraEnv": [{"name": name, "value": "x"}]})


@pytest.mark.parametrize(
    "path",
    ["/", "/app", "/app/product.pem", "/etc/ld.so.preload", "/usr/local/bin", "/lib64", "/venv/", "/var", "/var/lib"]
    + ["/var/lib/product", "/var/lib/product/usage", "/var/run/secrets", "/data/../app", "//app", "/./app", "app"],
)
def test_nothing_is_mounted_over_the_images_own_files(path: str) -> None:
    with pytest.raises(helm_python.HelmValuesError):
        _rendered({**ROLE, "extraVolumeMounts": [{"name": "data", "mountPath": path}]})


@pytest.mark.parametrize(
    "path", ["/data", "/data/", "/config/product.toml", "/var/lib/products", "/application", "/tmp"]
)
def test_other_mounts_are_the_products(path: str) -> None:
    assert _rendered({**ROLE, "extraVolumeMounts": [{"name": "data", "mountPath": path}]})


def test_a_ca_bundle_is_mounted_where_its_variable_says() -> None:
    """What the remedy of MPMETER_E_TLS asks for."""
    pod = _rendered(FULL)["Deployment"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    variables = {variable["name"]: variable["value"] for variable in container["env"]}
    mounts = {mount["name"]: mount for mount in container["volumeMounts"]}
    assert (
        variables["AWS_CA_BUNDLE"] == f"{mounts['ca-bundle']['mountPath']}/ca.pem" and mounts["ca-bundle"]["readOnly"]
    )
    assert {"name": "ca-bundle", "configMap": {"name": "company-ca"}} in pod["volumes"]


def test_a_metered_product_has_a_volume_of_the_pod_and_time_to_send() -> None:
    pod = _rendered({**ROLE, "metering": {"enabled": True}})["Deployment"]["spec"]["template"]["spec"]
    (volume,) = pod["volumes"]
    assert volume["name"] == "usage" and "emptyDir" in volume
    assert pod["terminationGracePeriodSeconds"] == 120
    assert _rendered(ROLE)["Deployment"]["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] == 30


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("doctor", ["hook", "hook, every value", "job"])
def test_the_doctor_runs_once_as_the_product_would(doctor: str, version: str) -> None:
    """A container that has failed has ended: another one is started with the same account, image, proxy and CA
    bundle."""
    if doctor == "job":
        found = yaml.safe_load((FOLDER / "doctor.yaml").read_text())
        pod, account = found["spec"]["template"]["spec"], "product"
        assert found["spec"]["backoffLimit"] == 0
    else:
        values = FULL if "every" in doctor else ROLE
        found = _hook(values)
        pod, account = found["spec"], _rendered(values)["ServiceAccount"]["metadata"]["name"]
        product = _rendered(values)["Deployment"]["spec"]["template"]["spec"]
        assert found["metadata"]["annotations"]["helm.sh/hook"] == "test"
        for name in (*PLACE, "securityContext", "volumes", "imagePullSecrets"):
            assert pod.get(name) == product.get(name)
        for name in ("env", "volumeMounts", "image", "securityContext"):
            assert pod["containers"][0].get(name) == product["containers"][0].get(name)
    kubernetes_validate.validate(found, version, strict=True)
    (container,) = pod["containers"]
    assert container["command"][:2] == ["/usr/local/bin/mpmeter", "doctor"] and pod["restartPolicy"] == "Never"
    assert pod["automountServiceAccountToken"] is False
    assert pod["serviceAccountName"] == account


@pytest.mark.parametrize("metered", [False, True])
def test_the_doctor_checks_what_the_product_does(metered: bool) -> None:
    """A metered product's role has no RegisterUsage. The journal's volume is a new one, of the same kind and owner."""
    (container,) = _hook({**ROLE, "metering": {"enabled": metered}})["spec"]["containers"]
    assert container["command"][2:] == (["--journal", "/var/lib/product/usage"] if metered else [])
    mounts = {mount["mountPath"] for mount in container.get("volumeMounts", [])}
    assert mounts == ({"/var/lib/product"} if metered else set())


def test_every_value_that_chooses_a_node_chooses_the_doctors() -> None:
    """A cluster may taint every node that can reach AWS: the test would stay Pending."""
    product = _rendered(FULL)["Deployment"]["spec"]["template"]["spec"]
    assert all(product[name] == FULL[name] == _hook(FULL)["spec"][name] for name in PLACE)
    assert not set(PLACE) & set(_hook(ROLE)["spec"])
    assert not set(PLACE) & set(_manifests()["Deployment"]["spec"]["template"]["spec"]), "eks/doctor.yaml has none"


def test_no_selector_of_the_product_selects_the_doctor() -> None:
    hook = _hook(FULL)["metadata"]["labels"]
    assert hook == {"app.kubernetes.io/name": "product-doctor", "helm.sh/chart": "product-1.0.0"}
    chosen = _rendered(FULL)["Deployment"]["spec"]["selector"]["matchLabels"]
    assert not chosen.items() <= hook.items()
    job = yaml.safe_load((FOLDER / "doctor.yaml").read_text())["spec"]["template"]
    labels = job.get("metadata", {}).get("labels", {})
    assert not _manifests()["Deployment"]["spec"]["selector"]["matchLabels"].items() <= labels.items()


def test_a_role_is_required_where_the_chart_makes_the_service_account() -> None:
    with pytest.raises(helm_python.HelmError, match="aws-marketplace:RegisterUsage"):
        _rendered({})
    with pytest.raises(helm_python.HelmError, match="aws-marketplace:MeterUsage"):
        _rendered({"metering": {"enabled": True}})
    assert set(_rendered({"serviceAccount": {"create": False, "name": "mine"}})) == {"Deployment"}
    with pytest.raises(helm_python.HelmValuesError):
        _rendered({"serviceAccount": {"roleArn": "product"}})


def test_every_value_has_a_schema_and_is_used() -> None:
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    with helm_python.Chart.load(CHART) as chart:
        schema = chart.schema
    assert schema is not None and set(schema["properties"]) - {"global"} == set(values)
    templates = "".join(path.read_text() for path in Path(CHART / "templates").rglob("*.*"))
    assert [name for name in values if f".Values.{name}" not in templates] == []
