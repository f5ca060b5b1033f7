"""celery -A tasks worker

celeryd_init is sent in the worker's parent, before the pool is forked: one call for all processes of the pool, and a
refusal ends the parent. worker_process_init would run in each child, and Celery starts a child that has ended again.
"""

import os

import entitlement
from celery import Celery
from celery.signals import celeryd_init

app = Celery("product", broker=os.environ.get("BROKER", "memory://"))
app.conf.worker_concurrency = 4


@celeryd_init.connect
def register(**_):
    entitlement.require()


@app.task
def work(number):
    return number + 1
