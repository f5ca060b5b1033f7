"""What `mpmeter doctor --journal` finds: the IAM trap, Regions, the journal's place on real mounts, its content, and
who else sends."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .doctor import Report, diagnose_metering
from .sandbox import Sandbox

Sandboxes = Callable[..., Sandbox]
# The first process is the machine's, and so is the file system of the tests.
ANY_MACHINE = {"process", "journal-place"}


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    shutil.rmtree(tmp_path, ignore_errors=True)


def add(sandbox: Sandbox, journal: Path, quantity: str = "1", dimension: str = "requests") -> None:
    usual = ["--product-code", sandbox.product_code, "--journal", str(journal)]
    done = sandbox.run("meter", "add", *usual, "--dimension", dimension, "--quantity", quantity)
    assert done.exit == 0, done


def mounted(script: str, folder: Path) -> list[str]:
    """What comes behind it runs in a mount namespace of its own, after `script`, in which $1 is the folder."""
    return ["unshare", "-rm", "sh", "-ec", f'{script}\nshift\nexec "$@"', "sh", str(folder)]


# ---- AWS -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scenario", ["ecs-fargate", "ecs-ec2", "eks-irsa"])
def test_healthy(scenario: str, sandbox: Sandboxes, folder: Path) -> None:
    running = sandbox(scenario)
    report = diagnose_metering(running, "--journal", str(folder / "journal"), "--dimension", "requests")
    assert report.failures == [] and set(report.warnings) <= ANY_MACHINE, report.json
    assert report.json["message"].endswith("of metering.") or report.warnings
    assert report.checks["dry-run"]["outcome"] == "pass" and "requests" in report.checks["dry-run"]["seen"]
    assert report.checks["public-key"]["outcome"] == "skipped"
    assert list(folder.iterdir()) == [], "a diagnosis makes no file"


@pytest.mark.parametrize("fault", ["meter-access-denied", "meter-dry-run-unauthorized"])
def test_the_policy_that_does_not_allow_it(fault: str, sandbox: Sandboxes, folder: Path) -> None:
    report = diagnose_metering(sandbox("ecs-fargate", fault), "--journal", str(folder / "journal"))
    assert report.failures == ["dry-run"] and report.json["status"] == "MPMETER_E_ACCESS_DENIED"
    advice = report.checks["dry-run"]["advice"]
    assert "aws-marketplace:MeterUsage" in advice and "AWSMarketplaceMeteringFullAccess" in advice
    assert "AWSMarketplaceMeteringRegisterUsage does not allow MeterUsage" in advice


def test_a_buyer_without_a_subscription(sandbox: Sandboxes) -> None:
    report = diagnose_metering(sandbox("ecs-fargate", "meter-not-entitled"), "--dimension", "requests")
    assert report.failures == ["dry-run"] and report.json["status"] == "MPMETER_E_CUSTOMER_NOT_ENTITLED"
    assert "no journal was given" in report.checks["journal"]["seen"]


def test_a_dimension_that_the_listing_does_not_have(sandbox: Sandboxes) -> None:
    running = sandbox("ecs-fargate", "meter-invalid-dimension")
    report = diagnose_metering(running, "--dimension", "unheard_of")
    assert report.failures == ["dry-run"] and report.json["status"] == "MPMETER_E_INVALID_DIMENSION"


def test_a_placeholder_that_aws_does_not_know_is_no_failure(sandbox: Sandboxes, folder: Path) -> None:
    running = sandbox("ecs-fargate", "meter-invalid-dimension")
    report = diagnose_metering(running, "--journal", str(folder / "journal"))
    assert report.failures == [] and "dry-run" in report.warnings


def test_without_a_product_code_aws_is_not_asked(sandbox: Sandboxes) -> None:
    report = diagnose_metering(sandbox("ecs-fargate"), "--dimension", "requests", product=False)
    assert report.checks["dry-run"]["outcome"] == "skipped" and report.failures == []


@pytest.mark.parametrize(
    "scenario, region, outcome",
    [
        ("eks-irsa", "eu-west-3", "pass"),
        ("eks-irsa", "eu-south-1", "warn"),
        ("ecs-fargate", "eu-south-1", "pass"),
        ("ecs-fargate", "us-gov-west-1", "warn"),
    ],
)
def test_regions(scenario: str, region: str, outcome: str, sandbox: Sandboxes) -> None:
    running = sandbox(scenario, region=region)
    report = diagnose_metering(running, "--dimension", "requests")
    assert report.checks["metering-region"]["outcome"] == outcome, report.json
    if outcome == "warn":
        enforced = diagnose_metering(running, "--dimension", "requests", "--region-policy", "enforce")
        assert enforced.failures == ["metering-region"]
        assert enforced.json["status"] == "MPMETER_E_REGION_UNSUPPORTED"


def test_names_that_no_listing_can_have(sandbox: Sandboxes, folder: Path) -> None:
    running = sandbox("ecs-fargate")
    for name in ("Gigabytes stored", "a-dash", "sixteen_letters_", "größe"):
        report = diagnose_metering(running, "--dimension", "requests", "--dimension", name)
        assert report.failures == ["dimensions"] and report.json["status"] == "MPMETER_E_INVALID_DIMENSION"
        assert report.checks["dry-run"]["outcome"] == "skipped"
    add(running, folder / "journal", dimension="a name of the journal's")
    report = diagnose_metering(running, "--journal", str(folder / "journal"))
    assert report.failures == ["dimensions"] and "a name of the journal's" in report.checks["dimensions"]["seen"]


# ---- The journal's place, on real mounts -----------------------------------------------------------------------------


def placed(sandbox: Sandboxes, folder: Path, script: str) -> Report:
    running = sandbox("ecs-fargate")
    return diagnose_metering(running, "--journal", str(folder / "volume/journal"), prefix=mounted(script, folder))


def test_the_image_s_own_layer(sandbox: Sandboxes, folder: Path) -> None:
    script = """mkdir "$1/volume"; mount -t tmpfs none "$1/volume"; cd "$1/volume"; mkdir lower upper work
mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work "$1/volume" """
    report = placed(sandbox, folder, script)
    assert report.failures == [] and "journal-place" in report.warnings
    assert "image's own layer" in report.checks["journal-place"]["seen"]
    assert "emptyDir" in report.checks["journal-place"]["advice"]


def test_in_memory(sandbox: Sandboxes, folder: Path) -> None:
    report = placed(sandbox, folder, 'mkdir "$1/volume"; mount -t tmpfs none "$1/volume"')
    assert "journal-place" in report.warnings and "tmpfs" in report.checks["journal-place"]["seen"]


def test_a_full_disk(sandbox: Sandboxes, folder: Path) -> None:
    script = """mkdir "$1/volume"; mount -t tmpfs -o size=64k none "$1/volume"
dd if=/dev/zero of="$1/volume/other" bs=4k 2>/dev/null || true"""
    report = placed(sandbox, folder, script)
    assert report.failures == ["journal-place"] and report.json["status"] == "MPMETER_E_JOURNAL"
    assert "full" in report.checks["journal-place"]["seen"]


def test_no_more_files(sandbox: Sandboxes, folder: Path) -> None:
    script = """mkdir "$1/volume"; mount -t tmpfs -o nr_inodes=4 none "$1/volume"
for name in a b c d; do touch "$1/volume/$name" 2>/dev/null || true; done"""
    report = placed(sandbox, folder, script)
    assert report.failures == ["journal-place"] and "no more files" in report.checks["journal-place"]["seen"]


def test_a_read_only_disk(sandbox: Sandboxes, folder: Path) -> None:
    report = placed(sandbox, folder, 'mkdir "$1/volume"; mount -t tmpfs -o ro none "$1/volume"')
    assert report.failures == ["journal-place"] and "read-only" in report.checks["journal-place"]["seen"]


def test_a_journal_on_a_read_only_disk_is_read_all_the_same(sandbox: Sandboxes, folder: Path) -> None:
    (folder / "volume").mkdir()
    running = sandbox("ecs-fargate")
    add(running, folder / "volume/journal")
    script = 'mount --bind "$1/volume" "$1/volume"; mount -o remount,bind,ro "$1/volume"'
    report = placed(sandbox, folder, script)
    assert report.failures[0] == "journal-place" and "read-only" in report.checks["journal-place"]["seen"]


def test_no_folder(sandbox: Sandboxes, folder: Path) -> None:
    report = diagnose_metering(sandbox("ecs-fargate"), "--journal", str(folder / "missing/journal"))
    assert report.failures == ["journal-place"] and report.checks["journal"]["outcome"] == "skipped"


def test_a_folder_of_somebody_else_s(sandbox: Sandboxes, folder: Path) -> None:
    folder.chmod(0o755)
    (folder / "volume").mkdir(mode=0o755)
    for parent in folder.parents:
        if parent.stat().st_uid == os.getuid() and not parent.stat().st_mode & 0o001:
            parent.chmod(parent.stat().st_mode | 0o011)
    user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    report = diagnose_metering(sandbox("ecs-fargate"), "--journal", str(folder / "volume/journal"), prefix=user)
    assert report.failures == ["journal-place"] and "may not write" in report.checks["journal-place"]["seen"]


# ---- What is in it, and who is at it ---------------------------------------------------------------------------------


def test_a_damaged_file(sandbox: Sandboxes, folder: Path) -> None:
    journal = folder / "journal"
    journal.write_text("usage: 17\n")
    report = diagnose_metering(sandbox("ecs-fargate"), "--journal", str(journal))
    assert report.failures == ["journal"] and report.json["status"] == "MPMETER_E_JOURNAL_DAMAGED"
    assert report.checks["usage-held"]["outcome"] == report.checks["sender"]["outcome"] == "skipped"


def test_another_product_s(sandbox: Sandboxes, folder: Path) -> None:
    running = sandbox("ecs-fargate")
    add(running, folder / "journal")
    with sqlite3.connect(folder / "journal") as books:
        assert books.execute("SELECT value FROM journal WHERE name = 'product_code'").fetchone()
    usual = ["--journal", str(folder / "journal"), "--product-code", "another"]
    report = diagnose_metering(running, *usual, product=False)
    assert "journal" in report.failures and running.product_code in report.checks["journal"]["seen"]


def test_usage_that_is_held_and_what_else_meters(sandbox: Sandboxes, folder: Path) -> None:
    running = sandbox("ecs-fargate", "meter-duplicate")
    journal = folder / "journal"
    add(running, journal, "2.5")
    usual = ["--product-code", running.product_code, "--journal", str(journal)]
    assert running.run("meter", "send", "--final", *usual).exit == 1
    report = diagnose_metering(running, "--journal", str(journal))
    assert report.failures == [] and {"usage-held", "sender"} <= set(report.warnings)
    assert "2.5 of requests" in report.checks["usage-held"]["seen"]
    assert "something else meters here" in report.checks["sender"]["seen"]


def test_a_second_sender(sandbox: Sandboxes, folder: Path) -> None:
    running = sandbox("ecs-fargate")
    journal = folder / "journal"
    add(running, journal)
    assert "nobody" in diagnose_metering(running, "--journal", str(journal)).checks["sender"]["seen"]
    with open(f"{journal}-sender", "w", encoding="ascii") as lock:
        fcntl.lockf(lock, fcntl.LOCK_EX)
        report = diagnose_metering(running, "--journal", str(journal))
    assert "sender" in report.warnings and f"process {os.getpid()} is sending" in report.checks["sender"]["seen"]


def test_the_journal_of_another_task(sandbox: Sandboxes, folder: Path) -> None:
    running = sandbox("ecs-fargate")
    journal = folder / "journal"
    add(running, journal)
    usual = ["--product-code", running.product_code, "--journal", str(journal)]
    assert running.run("meter", "send", "--final", *usual).exit == 0
    own = diagnose_metering(running, "--journal", str(journal))
    assert own.checks["sender"]["outcome"] == "pass" and "was the last" in own.checks["sender"]["seen"]
    pod = diagnose_metering(sandbox("eks-irsa"), "--journal", str(journal))
    assert "sender" in pod.warnings and "ecs-task/" in pod.checks["sender"]["seen"]


def test_usage_errors(sandbox: Sandboxes) -> None:
    running = sandbox("ecs-fargate")
    for arguments, word in [
        (["--register", "--journal", "j", "--product-code", "a"], "hourly or metered"),
        (["--journal", "j", "--product-code", "a", "--product-code", "b"], "one --product-code"),
    ]:
        done = running.run("doctor", *arguments)
        assert done.exit == 2 and word in done.stderr
