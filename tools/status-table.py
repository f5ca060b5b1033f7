"""Decides what the table of statuses in docs/operate.md says: what the library knows of each, and what a support desk does about it.

python3 tools/status-table.py            writes the table anew
python3 tools/status-table.py --check    exit status 1 if it is not what would be written
"""

from __future__ import annotations

import argparse
import ctypes
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/operate.md"
BEGIN, END = "<!-- make status-table -->\n", "<!-- end -->\n"
EXIT = {"proceed": 0, "retry": 75, "terminate": 1}

# Who has to act, and what the desk asks or says beside the library's own remedy.
DESK = {
    "MPMETER_OK": ("nobody", "Metering has begun; AWS goes on by itself."),
    "MPMETER_E_INVALID_ARGUMENT": ("vendor", "A bug in the product; the message names the argument."),
    "MPMETER_E_UNTRUSTED_PRODUCT": ("buyer", "Which code did they set, and where? If it is yours and new, ship a release that trusts it."),
    "MPMETER_E_PUBLIC_KEY": ("vendor", "The image has no key, a damaged one, or one below 2048 bits."),
    "MPMETER_E_REGION_NOT_FOUND": ("buyer", "Where does it run? `mpmeter region --verbose` in the container lists what was asked."),
    "MPMETER_E_REGION_UNSUPPORTED": ("buyer", "No subscription helps there. If AWS has added the Region since, ship a newer library."),
    "MPMETER_E_CREDENTIALS_NOT_FOUND": ("buyer", "No taskRoleArn; or a pod older than its service account's annotation: start it anew."),
    "MPMETER_E_CREDENTIALS_REJECTED": ("buyer", "Compare service account and trust policy. Is the token readable (fsGroup)?"),
    "MPMETER_E_NETWORK": ("buyer", "A private subnet without a NAT gateway, a security group, a proxy missing from HTTPS_PROXY."),
    "MPMETER_E_TLS": ("buyer", "A proxy that intercepts TLS: its CA certificate is mounted, and named in AWS_CA_BUNDLE."),
    "MPMETER_E_DEADLINE": ("wait", "The container is started again by itself; the log says what it waited for."),
    "MPMETER_E_CANCELLED": ("nobody", "The container was stopped while it started."),
    "MPMETER_E_BAD_RESPONSE": ("buyer", "What stands between the container and AWS?"),
    "MPMETER_E_CUSTOMER_NOT_ENTITLED": ("buyer", "Which account runs the container, and which one subscribed? Has the offer ended?"),
    "MPMETER_E_PLATFORM_NOT_SUPPORTED": ("buyer", "Look at `credentials_source`: AWS takes ecs-task-role and eks-irsa alone."),
    "MPMETER_E_INVALID_REGION": ("buyer", "Somebody set AWS_REGION: task definition, manifest or image."),
    "MPMETER_E_INVALID_PRODUCT_CODE": ("vendor", "The wrong code is compiled in; the product's id is not its code."),
    "MPMETER_E_INVALID_PUBLIC_KEY_VERSION": ("vendor", "A version that the product does not have, or has no longer: ship the current key."),
    "MPMETER_E_API_DISABLED": ("AWS", "Ask AWS Marketplace, with the request id."),
    "MPMETER_E_ACCESS_DENIED": ("buyer", "The policy is missing, or a boundary or an organisation's policy denies it."),
    "MPMETER_E_NOT_AUTHENTICATED": ("buyer", "Is the host's clock right? Does the role still exist?"),
    "MPMETER_E_THROTTLED": ("wait", "Many started at once: AWS takes 5 calls a second for an account in a Region. Roll out more slowly."),
    "MPMETER_E_SERVICE_UNAVAILABLE": ("wait", "Nothing on the buyer's side."),
    "MPMETER_E_SERVICE": ("vendor", "If AWS documents the error, a newer library may know it. Keep the request id."),
    "MPMETER_E_TOKEN_MALFORMED": ("vendor and buyer", "Not AWS's answer: what answers in its place?"),
    "MPMETER_E_TOKEN_ALGORITHM": ("vendor and buyer", "Not AWS's answer: treat it as tampering."),
    "MPMETER_E_TOKEN_SIGNATURE": ("vendor and buyer", "Is this product's key in the image? If it is, treat it as tampering."),
    "MPMETER_E_TOKEN_CLAIMS": ("vendor and buyer", "A genuine answer to another question: treat it as tampering."),
    "MPMETER_E_OUT_OF_MEMORY": ("buyer", "Kubernetes says OOMKilled, ECS OutOfMemoryError."),
    "MPMETER_E_INTERNAL": ("vendor", "A bug in the library: open an issue."),
}


def statuses(library: ctypes.CDLL) -> list[tuple[int, str]]:
    """Number and name of each that the library knows."""
    library.mpmeter_status_name.restype = ctypes.c_char_p
    named = ((number, library.mpmeter_status_name(number).decode()) for number in range(256))
    return [(number, name) for number, name in named if name != "MPMETER_E_UNKNOWN"]


def table(library: ctypes.CDLL) -> str:
    for function in ("status_message", "status_fix", "action_name"):
        getattr(library, f"mpmeter_{function}").restype = ctypes.c_char_p
    lines = ["| status | action | exit | what it means | what mends it | who | at the desk |", "|---|---|---|---|---|---|---|"]
    for number, name in statuses(library):
        action = library.mpmeter_action_name(library.mpmeter_status_action(number)).decode()
        message, fix = library.mpmeter_status_message(number).decode(), library.mpmeter_status_fix(number).decode()
        who, desk = DESK[name]
        lines.append(f"| {number} `{name.removeprefix('MPMETER_')}` | {action} | {EXIT[action]} | {message} | {fix} | {who} | {desk} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--library", default=ROOT / "build/lib/libmpmeter.so.1")
    arguments = parser.parse_args()
    page = PAGE.read_text()
    made = table(ctypes.CDLL(str(arguments.library)))
    written = re.sub(f"(?<={re.escape(BEGIN)}).*?(?={re.escape(END)})", lambda _: made, page, flags=re.DOTALL)
    if arguments.check:
        if written != page:
            print(f"{PAGE.name}: the table is not what the library says; `make status-table` writes it", file=sys.stderr)
        return int(written != page)
    PAGE.write_text(written)
    return 0


if __name__ == "__main__":
    sys.exit(main())
