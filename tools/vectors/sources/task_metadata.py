"""ECS task metadata, whose task ARN names the Region."""

import json

from .making import RFC8259, TASK_GUIDE, Set


def task_metadata():
    cases = Set()

    def document(arn, **changes):
        task = {
            "Cluster": "default",
            "TaskARN": arn,
            "Family": "app",
            "Revision": "5",
            "DesiredStatus": "RUNNING",
            "KnownStatus": "RUNNING",
            "LaunchType": "EC2",
            "AvailabilityZone": "us-west-2a",
            "Containers": [],
            "VPCID": "vpc-0",
        }
        return {name: value for name, value in {**task, **changes}.items() if value is not ...}

    def add(name, arn, expect, **changes):
        cases.add(name, TASK_GUIDE, document(arn, **changes), expect)

    ident = "task/default/158d1c8083dd49d6b527399fd6414f5c"
    for partition, region in (
        ("aws", "us-west-2"),
        ("aws", "eu-west-3"),
        ("aws-cn", "cn-north-1"),
        ("aws-us-gov", "us-gov-west-1"),
        ("aws-iso", "us-iso-east-1"),
        ("aws-eusc", "eusc-de-east-1"),
        ("aws", "ap-southeast-99"),
    ):
        add(region, f"arn:{partition}:ecs:{region}:111122223333:{ident}", region)
    add("old-arn", "arn:aws:ecs:us-west-2:111122223333:task/158d1c80-83dd-49d6-b527-399fd6414f5c", "us-west-2")
    add(
        "fargate",
        f"arn:aws:ecs:eu-west-1:111122223333:{ident}",
        "eu-west-1",
        LaunchType="FARGATE",
        AvailabilityZone="eu-west-1b",
        VPCID=...,
    )
    for name, zone in (
        ("local-zone", "us-west-2-lax-1a"),
        ("wavelength-zone", "us-west-2-wl1-las-wlz-1"),
        ("other-zone", "eu-west-1a"),
        ("zone-missing", ...),
        ("zone-null", None),
        ("zone-number", 1),
    ):
        add(name, f"arn:aws:ecs:us-west-2:111122223333:{ident}", "us-west-2", AvailabilityZone=zone)
    add(
        "cluster-of-other-region",
        f"arn:aws:ecs:us-west-2:111122223333:{ident}",
        "us-west-2",
        Cluster="arn:aws:ecs:eu-west-1:111122223333:cluster/default",
    )
    add(
        "container-of-other-region",
        f"arn:aws:ecs:us-west-2:111122223333:{ident}",
        "us-west-2",
        Containers=[
            {
                "ContainerARN": "arn:aws:ecs:eu-west-1:111122223333:container/x",
                "TaskARN": "arn:aws:ecs:eu-west-1:111122223333:task/x",
            }
        ],
    )
    for name, arn in {
        "arn-missing": ...,
        "arn-null": None,
        "arn-empty": "",
        "arn-number": 1,
        "arn-array": [f"arn:aws:ecs:us-west-2:1:{ident}"],
        "arn-short": "arn:aws:ecs:us-west-2",
        "arn-no-region": f"arn:aws:ecs::111122223333:{ident}",
        "arn-not-arn": f"urn:aws:ecs:us-west-2:1:{ident}",
        "arn-other-service": "arn:aws:ec2:us-west-2:111122223333:instance/i-0",
        "arn-zone": f"arn:aws:ecs:us-west-2a:111122223333:{ident}",
        "arn-domain": f"arn:aws:ecs:us-west-2.evil.com:111122223333:{ident}",
        "arn-slash": f"arn:aws:ecs:us-west-2/:111122223333:{ident}",
        "arn-upper-case": f"arn:aws:ecs:US-WEST-2:111122223333:{ident}",
        "arn-space": f"arn:aws:ecs: us-west-2:111122223333:{ident}",
        "arn-newline": f"arn:aws:ecs:us-west-2\n:111122223333:{ident}",
        "arn-pseudo-region": f"arn:aws:ecs:aws-global:111122223333:{ident}",
        "arn-leading-space": f" arn:aws:ecs:us-west-2:111122223333:{ident}",
    }.items():
        add(name, arn, None)
    good = json.dumps(document(f"arn:aws:ecs:us-west-2:111122223333:{ident}"))
    for name, text in (
        ("empty", ""),
        ("html", "<html></html>"),
        ("array", f"[{good}]"),
        ("null", "null"),
        ("truncated", good[:-1]),
        ("garbage-after", good + "x"),
        ("arn-twice", good[:-1] + f', "TaskARN": "arn:aws:ecs:eu-west-1:111122223333:{ident}"}}'),
        ("not-utf-8", good[:-1].encode() + b',"x":"\xff"}'),
    ):
        cases.add(f"body-{name}", RFC8259 % "2", text, None)
    return cases.cases
