"""gunicorn -c gunicorn.conf.py wsgi:app

preload_app imports wsgi.py in the master, before any worker is forked: one call for all workers, no --timeout that cuts
it short, and a refusal ends the master. Without it each worker registers, and is restarted when refused.
"""

preload_app = True
workers = 4
graceful_timeout = 20  # An idle client keeps a worker; ECS and Kubernetes wait for 30 seconds.
