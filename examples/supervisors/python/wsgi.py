"""The product, for gunicorn and uWSGI. Whoever imports it, registers: no way leads around it."""

import entitlement

registration = entitlement.require()


def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"the product\n"]
