"""The issuer in a service account's token, which names the Region."""

import base64
import json

from .making import ISSUER_GUIDE, Set


def issuer():
    cases = Set()

    def encoded(data):
        return (
            base64.urlsafe_b64encode(data if isinstance(data, bytes) else json.dumps(data).encode())
            .rstrip(b"=")
            .decode()
        )

    def jwt(payload):
        return ".".join([encoded({"alg": "RS256", "kid": "1"}), encoded(payload), encoded(b"signature")])

    def add(name, iss, expect):
        cases.add(
            name,
            ISSUER_GUIDE,
            jwt({"aud": ["sts.amazonaws.com"], "iss": iss, "sub": "system:serviceaccount:default:app"}),
            expect,
            issuer=iss,
        )

    host = "oidc.eks.us-east-1.amazonaws.com"
    ident = "/id/EXAMPLED539D4633E53DE1B71EXAMPLE"
    for region, name in (
        ("eu-west-3", f"oidc.eks.eu-west-3.amazonaws.com{ident}"),
        ("us-east-1", host + ident),
        ("us-gov-west-1", f"oidc.eks.us-gov-west-1.amazonaws.com{ident}"),
        ("cn-north-1", f"oidc.eks.cn-north-1.amazonaws.com.cn{ident}"),
        ("ap-southeast-99", f"oidc.eks.ap-southeast-99.amazonaws.com{ident}"),
    ):
        add(region, f"https://{name}", region)
    add("dualstack-us-east-1", f"https://oidc-eks.us-east-1.api.aws{ident}", "us-east-1")
    add("dualstack-eu-west-3", f"https://oidc-eks.eu-west-3.api.aws{ident}", "eu-west-3")
    for name, iss in {
        "domain-after": f"https://{host}.evil.com{ident}",
        "domain-before": f"https://evil.{host}{ident}",
        "joined-before": f"https://evil{host}{ident}",
        "hyphen-before": f"https://evil-{host}{ident}",
        "in-path": f"https://evil.com/{host}{ident}",
        "in-query": f"https://evil.com/?{host}{ident}",
        "in-fragment": f"https://evil.com#{host}{ident}",
        "userinfo": f"https://{host}@evil.com{ident}",
        "userinfo-before": f"https://evil.com@{host}{ident}",
        "password": f"https://a:b@{host}{ident}",
        "port": f"https://{host}:8443{ident}",
        "http": f"http://{host}{ident}",
        "ftp": f"ftp://{host}{ident}",
        "no-scheme": f"{host}{ident}",
        "no-scheme-slashes": f"//{host}{ident}",
        "backslash": f"https://evil.com\\@{host}{ident}",
        "backslash-after": f"https://{host}\\.evil.com{ident}",
        "percent-dot": f"https://{host}%2eevil.com{ident}",
        "space": f"https://{host} {ident}",
        "newline": f"https://{host}\n{ident}",
        "leading-space": f" https://{host}{ident}",
        "no-region": f"https://oidc.eks.amazonaws.com{ident}",
        "empty-region": f"https://oidc.eks..amazonaws.com{ident}",
        "two-regions": f"https://oidc.eks.us-east-1.eu-west-3.amazonaws.com{ident}",
        "zone-for-region": f"https://oidc.eks.us-east-1a.amazonaws.com{ident}",
        "pseudo-region": f"https://oidc.eks.aws-global.amazonaws.com{ident}",
        "cyrillic": f"https://oidc.eks.us-east-1.am\u0430zonaws.com{ident}",
        "other-suffix": f"https://oidc.eks.us-east-1.amazonaws.org{ident}",
        "china-region-world-suffix": f"https://oidc.eks.cn-north-1.amazonaws.com{ident}",
        "world-region-china-suffix": f"https://{host}.cn{ident}",
        "other-service": f"https://oidc.ecs.us-east-1.amazonaws.com{ident}",
        "dualstack-host-old-suffix": f"https://oidc-eks.us-east-1.amazonaws.com{ident}",
        "old-host-dualstack-suffix": f"https://oidc.eks.us-east-1.api.aws{ident}",
        "dualstack-domain-after": f"https://oidc-eks.us-east-1.api.aws.evil.com{ident}",
        "dualstack-joined": f"https://evil-oidc-eks.us-east-1.api.aws{ident}",
        "kubernetes": "https://kubernetes.default.svc.cluster.local",
        "google": "https://container.googleapis.com/v1/projects/p/locations/us-east-1/clusters/c",
        "s3": "https://s3.us-east-1.amazonaws.com/my-oidc-bucket",
        "address": f"https://127.0.0.1{ident}",
        "empty": "",
    }.items():
        add(name, iss, None)
    for name, iss in (("number", 1), ("null", None), ("array", [f"https://{host}{ident}"]), ("object", {})):
        add(f"type-{name}", iss, None)
    good = jwt({"iss": f"https://{host}{ident}"})
    head, middle, end = good.split(".")
    cases.add("token-newline-at-end", ISSUER_GUIDE, good + "\n", "us-east-1")
    for name, text in {
        "empty": "",
        "text": "not a token",
        "two-parts": f"{head}.{middle}",
        "four-parts": f"{good}.x",
        "no-issuer": jwt({"sub": "x"}),
        "payload-array": jwt([]),
        "payload-not-json": jwt(b"x"),
        "payload-not-base64url": f"{head}.{middle[:4]}!{middle[5:]}.{end}",
        "payload-not-utf-8": jwt(b'{"iss":"\xff"}'),
        "issuer-twice": jwt(
            f'{{"iss":"https://{host}{ident}","iss":"https://oidc.eks.eu-west-3.amazonaws.com{ident}"}}'.encode()
        ),
    }.items():
        cases.add(f"token-{name}", ISSUER_GUIDE, text, None)
    return cases.cases
