"""Entry point for gunicorn and the flask command."""

import os

from dotenv import load_dotenv

import config
from app import create_app

load_dotenv(config.ROOT / ".env")
app = create_app(config.load(os.environ))
