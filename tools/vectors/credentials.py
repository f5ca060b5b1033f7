"""Answers of AWS's credential services and metadata endpoints, and the shared credentials file, with what a parser must
make of them.

botocore is the judge wherever it reads the same thing: its container provider, its query parser for STS, its instance
metadata fetcher and its shared-credentials provider. A case that is stricter than botocore says so with
`stricter=True`; that it is, is checked too.
"""

import warnings

import botocore
import output
from sources.container import container
from sources.imds import imds
from sources.issuer import issuer
from sources.shared_file import shared_file
from sources.sts import sts
from sources.task_metadata import task_metadata

if __name__ == "__main__":
    warnings.simplefilter("ignore")  # dateutil's, about the moments that it takes in its stride.
    folder = output.folder("credentials")
    print(f"botocore {botocore.__version__}")
    for name, make in (
        ("container", container),
        ("sts", sts),
        ("instance-metadata", imds),
        ("shared-file", shared_file),
        ("issuer", issuer),
        ("task-metadata", task_metadata),
    ):
        output.write(folder / f"{name}.json", make())
