"""nginx with the shipped configuration, for tests."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import pytest

from tests.support import ROOT, free_port, until_listens

TEMPLATE = ROOT / "deploy" / "nginx" / "default.conf.template"
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
MAIN = """
{user}
daemon off;
pid {folder}/nginx.pid;
error_log stderr crit;
events {{ worker_connections 1024; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/default.conf;
}}
"""
needs_nginx = pytest.mark.skipif(NGINX is None, reason="nginx is not installed")


@dataclass
class Proxy:
    """nginx with the shipped configuration, in front of the port `upstream`."""

    folder: Path
    upstream: int
    upstreams: int = 1
    """Number of times the port is listed as an upstream server."""
    changes: Mapping[str, str] = field(default_factory=dict)
    """Replacements in the shipped configuration."""
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.render()
        self.process = subprocess.Popen(self.command(), start_new_session=True)
        until_listens(self.port, self.process, 4)
        return self

    def __exit__(self, *_exception: object) -> None:
        assert self.process is not None
        self.process.terminate()
        self.process.wait(10)

    def render(self) -> None:
        """Fill the template in, as the container does."""
        values = {
            "PROXY_LISTEN": f"127.0.0.1:{self.port}",
            "APP_UPSTREAM": f"127.0.0.1:{self.upstream}",
            "ACCESS_LOG": str(self.access_log),
        }
        template = TEMPLATE.read_text(encoding="utf-8")
        server = "    server ${APP_UPSTREAM};\n"
        for shipped, other in {server: server * self.upstreams, **self.changes}.items():
            assert shipped in template
            template = template.replace(shipped, other)
        filled = re.sub(r"\$\{([A-Z_]+)\}", lambda found: values[found[1]], template)
        (self.folder / "default.conf").write_text(filled, encoding="utf-8")
        # Root's workers would become a user whom the temporary folder is closed to.
        user = "user root;" if os.geteuid() == 0 else ""
        (self.folder / "nginx.conf").write_text(MAIN.format(folder=self.folder, user=user), encoding="utf-8")

    def command(self, *more: str) -> list[str]:
        return [str(NGINX), "-p", str(self.folder), "-c", str(self.folder / "nginx.conf"), *more]

    @property
    def access_log(self) -> Path:
        return self.folder / "access.log"
