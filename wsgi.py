"""Entry point for gunicorn and the flask command."""

import gc
import os

gc.disable()  # of what is loaded here nothing is garbage, and to look for some takes a sixth of the start

from dotenv import load_dotenv  # noqa: E402 - after the line above, as the next ones

import config  # noqa: E402
from app import create_app  # noqa: E402

load_dotenv(config.ROOT / ".env")
app = create_app(config.load(os.environ))
gc.enable()
