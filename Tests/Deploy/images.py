"""Carries out a Dockerfile without a container engine: each stage is a folder, each RUN a chroot. What a stage starts
from is the caller's.

Parsed by BuildKit's own parser. Of the instructions only those that the examples use are known; another one is an
error. https://docs.docker.com/reference/dockerfile/
"""

from __future__ import annotations

import glob
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import dockerfile

# In a mount namespace of its own: $1 becomes a root, over $2 (nothing if empty), with /proc and /dev if it has a place
# for them. Then the script $3 runs, to which the root is $0.
_ENTER = """
set -e
root=$1 lower=$2 script=$3; shift 3
if [ -n "$lower" ]; then
    mkdir -p "$root.work" "$root.merged"
    mount -t overlay overlay -o "lowerdir=$lower,upperdir=$root,workdir=$root.work" "$root.merged"
    root=$root.merged
fi
[ ! -d "$root/proc" ] || mount -t proc proc "$root/proc"
[ ! -d "$root/dev" ] || mount --rbind /dev "$root/dev"
exec sh -ec "$script" "$root" "$@"
"""
_RUN = 'exec /usr/sbin/chroot "$0" /bin/sh -c "$1"'
# As a container runs it: a root that cannot be written to, volumes that begin as the image's folders do, another user
# than root, no way back.
_START = """
mount --rbind "$0" "$0"; mount -o remount,ro,bind "$0"
volumes=$1 user=$2; shift 2
for volume in $volumes; do
    rm -rf "$0.volume"; cp -a "$0$volume" "$0.volume"; mount --bind "$0.volume" "$0$volume"
done
cd "$0"; exec setpriv --no-new-privs /usr/sbin/chroot --userspec="$user" --groups= "$0" "$@"
"""


def _enter(
    stage: Stage, script: str, arguments: Sequence[str], environment: dict[str, str], given: str = ""
) -> subprocess.CompletedProcess[str]:
    command = ["unshare", "-m", "sh", "-c", _ENTER, "enter", str(stage.files), stage.below, script, *arguments]
    if os.geteuid() != 0:
        command = ["sudo", "-n", "env", "-i", *(f"{name}={value}" for name, value in environment.items()), *command]
    return subprocess.run(
        command, env=environment, input=given, capture_output=True, text=True, check=False, timeout=600
    )


@dataclass
class Stage:
    """One stage: what was written in it, and what lies below."""

    base: str
    files: Path
    below: str
    name: str = ""
    workdir: str = "/"
    user: str = "0:0"
    volumes: tuple[str, ...] = ()
    entrypoint: tuple[str, ...] = ()
    skipped: list[str] = field(default_factory=list)

    def run(self, command: str) -> None:
        """RUN in shell form, as root."""
        environment = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root"}
        done = _enter(self, _RUN, [f'cd "{self.workdir}" && {command}'], environment)
        if done.returncode != 0:
            raise RuntimeError(f"RUN {command}: {done.returncode}\n{done.stdout}{done.stderr}")

    def start(
        self, environment: dict[str, str], entrypoint: Sequence[str] = (), given: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """The ENTRYPOINT, or another in its place, as USER, in a root that cannot be written to; `given` is its
        standard input. Only the network is the machine's. A volume is a new one each time."""
        command = [" ".join(self.volumes), self.user, *(entrypoint or self.entrypoint)]
        return _enter(self, _START, command, {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", **environment}, given)

    def path(self, inside: str) -> Path:
        """Where a path of the stage lies."""
        return self.files / os.path.normpath(os.path.join(self.workdir, inside)).lstrip("/")


# For the tag of a stage's base and an empty folder: what lies below it, after the folder was filled.
Base = Callable[[str, Path], str]


def build(recipe: Path, context: Path, work: Path, base: Base, skip: str = "(?!)") -> Stage:
    """The last stage. A RUN that `skip` matches is left out, and remembered in `skipped`."""
    stages: list[Stage] = []
    for command in dockerfile.parse_file(str(recipe)):
        name, value = command.cmd.upper(), command.value
        if name == "FROM":
            files = work / f"stage{len(stages)}"
            files.mkdir()
            files.chmod(0o755)
            tag = value[0].split("@")[0]
            stages.append(Stage(tag, files, base(tag, files), value[2] if len(value) == 3 else ""))
            continue
        stage = stages[-1]
        if name == "RUN" and not command.json:
            if re.search(skip, value[0]):
                stage.skipped.append(value[0])
            else:
                stage.run(value[0])
        elif name == "COPY":
            flags = dict(flag.removeprefix("--").split("=", 1) for flag in command.flags)
            _copy(stage, _source(flags.pop("from", None), stages, context), value, flags.pop("chown", ""))
            assert not flags, f"{recipe.name}: {flags} is not known here"
        elif name == "WORKDIR":
            stage.workdir = value[0]
            stage.path(".").mkdir(parents=True, exist_ok=True)
        elif name == "VOLUME" and command.json:
            stage.volumes = value
        elif name == "USER":
            stage.user = value[0]
        elif name == "ENTRYPOINT" and command.json:
            stage.entrypoint = value
        else:
            raise ValueError(f"{recipe.name}:{command.start_line}: {command.original} is not known here")
    return stages[-1]


def _source(wanted: str | None, stages: list[Stage], context: Path) -> Path:
    return context if wanted is None else next(stage.files for stage in stages if stage.name == wanted)


def _copy(stage: Stage, source: Path, value: Sequence[str], owner: str) -> None:
    """COPY: a folder's contents, or files into a folder or to a name, root's or the `owner`'s. Globs are the
    context's."""
    *patterns, target = value
    found = [Path(match) for pattern in patterns for match in sorted(glob.glob(str(source / pattern.lstrip("/"))))]
    if not found:
        raise FileNotFoundError(f"COPY {' '.join(value)}: nothing there")
    destination = stage.path(target)
    for path in found:
        if path.is_dir():
            shutil.copytree(path, destination, symlinks=True, dirs_exist_ok=True)
        else:
            whole = destination / path.name if target.endswith("/") else destination
            whole.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, whole)
    if owner:
        change = ["chown", "-R", owner, str(destination)]
        subprocess.run(change if os.geteuid() == 0 else ["sudo", "-n", *change], check=True)
