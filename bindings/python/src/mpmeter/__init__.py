"""AWS Marketplace container registration for Python programs.

The binding to libmpmeter arrives with a later release; importing this package never loads the library.
The loopback sandbox is in :mod:`mpmeter.sandbox`.
"""

__version__ = "0.1.0"
