"""WSGI application for gunicorn."""

import os

from bench.floor.application import create_floor
from config import load

app = create_floor(load(os.environ))
