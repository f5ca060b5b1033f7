"""The product, for uvicorn. Each process that imports it registers, unless it was forked from one that has."""

import entitlement

registration = entitlement.require()


async def app(scope, receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
        await send({"type": "http.response.body", "body": b"the product\n"})
