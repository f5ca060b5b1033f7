"""uvicorn asgi:app

One process: it registers when it imports this module, before it serves. With --workers each worker would register, and
uvicorn restarts a refused one again and again. For more processes, start more containers, or use gunicorn.
"""

import entitlement

registration = entitlement.require()


async def app(scope, receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
        await send({"type": "http.response.body", "body": b"the product\n"})
