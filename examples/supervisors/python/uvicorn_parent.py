"""python uvicorn_parent.py

uvicorn starts its workers anew instead of forking them, and starts one that has ended again, for ever. So the parent
registers before there is a worker: a refusal ends the container. Each worker then makes one call more.
"""

import os

import entitlement
import uvicorn

if __name__ == "__main__":
    entitlement.require()
    uvicorn.run("asgi:app", host=os.environ.get("HOST", "0.0.0.0"), port=int(os.environ.get("PORT", "8000")), workers=2)
