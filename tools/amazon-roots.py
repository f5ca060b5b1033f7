#!/usr/bin/env python3
"""Prints Sources/MPMeterTransport/TLS/AmazonRoots.swift: the roots of Amazon Trust Services, as Debian's
ca-certificates has them.

tools/amazon-roots.py > Sources/MPMeterTransport/TLS/AmazonRoots.swift

https://www.amazontrust.com/repository/ lists these five. Tests/Project/test_roots.py compares what is built in with the
package.
"""

from __future__ import annotations

import hashlib
import ssl
from pathlib import Path

PLACE = Path("/usr/share/ca-certificates/mozilla")
NAMES = [
    "Amazon_Root_CA_1",
    "Amazon_Root_CA_2",
    "Amazon_Root_CA_3",
    "Amazon_Root_CA_4",
    "Starfield_Services_Root_Certificate_Authority_-_G2",
]
HEAD = """\
// SPDX-License-Identifier: MPL-2.0
// This Source Code Form is subject to the terms of the Mozilla Public License, v. 2.0. If a copy of the MPL was not
// distributed with this file, You can obtain one at https://mozilla.org/MPL/2.0/.
//
// Decides which roots are built in: those of Amazon Trust Services, to which the certificates of AWS's endpoints lead
// (https://www.amazontrust.com/repository/). Printed by tools/amazon-roots.py from Debian's ca-certificates; not to be
// edited.

enum AmazonRoots {
    static let pem: StaticString = \"\"\"
"""


def certificates() -> dict[str, str]:
    """Name and PEM of each."""
    return {name: (PLACE / f"{name}.crt").read_text(encoding="ascii").strip() for name in NAMES}


def main() -> None:
    lines = []
    for name, pem in certificates().items():
        fingerprint = hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest()
        lines += [name.replace("_", " "), f"SHA-256 {fingerprint}", *pem.splitlines()]
    print(HEAD + "\n".join(f"        {line}" for line in lines) + '\n        """\n}')


if __name__ == "__main__":
    main()
