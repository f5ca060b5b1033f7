"""Children: they inherit what their parent had registered, and may use what it had made."""

from __future__ import annotations

from typing import Callable

from .conftest import Running

Serve = Callable[..., Running]


def nonces(sandbox: Running) -> list[str]:
    return [request["nonce"] for request in sandbox.requests()]


def test_a_child_inherits_what_was_registered(serve: Serve) -> None:
    sandbox = serve("ecs-ec2")
    script = """
client = mpmeter.Client(PEM)
mine = client.register_usage(CODE)
child = os.fork()
if child == 0:
    its = client.register_usage(CODE)
    os._exit(0 if its == mine else 1)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
assert client.register_usage(CODE) == mine
"""
    done = sandbox.python(script)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(nonces(sandbox)) == 1


def test_a_fork_in_the_middle_of_a_call(serve: Serve) -> None:
    """The call belongs to a thread that the child does not have."""
    sandbox = serve("ecs-fargate", "throttle:1")
    script = """
import threading, time
client, found = mpmeter.Client(PEM), []
thread = threading.Thread(target=lambda: found.append(client.register_usage(CODE)))
thread.start()
time.sleep(0.15)
child = os.fork()
if child == 0:
    os._exit(0 if client.register_usage(CODE).verified else 1)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
thread.join()
assert found[0].verified
"""
    done = sandbox.python(script, PYTHONWARNINGS="ignore")
    assert (done.returncode, done.stderr) == (0, "")


def test_workers_forked_by_a_master(serve: Serve) -> None:
    """As gunicorn does with preload_app: the master makes the client and registers, which is the one call for all its
    workers."""
    sandbox = serve("ecs-fargate")
    script = """
import signal
client = mpmeter.Client(PEM)
client.register_usage(CODE)
children = []
for _ in range(4):
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        code = 0 if client.register_usage(CODE).attempts == 1 and client.register_usage(CODE).verified else 1
        client.close()
        os._exit(code)
    children.append(child)
assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0] * 4
"""
    done = sandbox.python(script)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(nonces(sandbox)) == 1


MULTIPROCESSING = """
import multiprocessing, os, sys
from pathlib import Path
import mpmeter
CODE, PEM = os.environ['MPMETER_SANDBOX_PRODUCT_CODE'], Path(os.environ['MPMETER_SANDBOX_PUBLIC_KEY']).read_text()
def register(code):
    return mpmeter.register_usage(code, public_key=PEM)
if __name__ == '__main__':
    mpmeter.register_usage(CODE, public_key=PEM)
    with multiprocessing.get_context(sys.argv[1]).Pool(2) as pool:
        assert all(found.verified for found in pool.map(register, [CODE] * 3))
        try: pool.map(register, ['prod-unknown'])
        except mpmeter.InvalidProductCode as error:
            assert error.aws_type == 'InvalidProductCodeException' and error.attempts == 1
        else: raise AssertionError
"""


def _multiprocessing(method: str, sandbox: Running) -> None:
    done = sandbox.python(
        "import runpy, sys, tempfile\nfile = Path(tempfile.mkdtemp()) / 'program.py'\n"
        f"file.write_text({MULTIPROCESSING!r})\n"
        f"sys.argv = [str(file), '{method}']\nos.execv(sys.executable, [sys.executable, *sys.argv])"
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert len(sandbox.requests()) == 5


def test_multiprocessing_fork(serve: Serve) -> None:
    _multiprocessing("fork", serve("ecs-fargate"))


def test_multiprocessing_spawn(serve: Serve) -> None:
    _multiprocessing("spawn", serve("ecs-fargate"))
