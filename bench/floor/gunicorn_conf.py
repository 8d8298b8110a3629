"""Settings of the program without the hooks, which start and stop its scheduler."""

import runpy
from pathlib import Path

_PROGRAM = runpy.run_path(str(Path(__file__).resolve().parents[2] / "gunicorn.conf.py"))
_HOOKS = {"post_fork", "post_worker_init", "worker_exit"}
globals().update({name: value for name, value in _PROGRAM.items() if not name.startswith("_") and name not in _HOOKS})
