# syntax=docker/dockerfile:1

# The bases by digest: `sh deploy/pin-images.sh` prints them for .env, from which docker-compose.yml hands them in.
# Without compose: docker build --build-arg PYTHON_DIGEST=sha256:... --build-arg PYTHON_SLIM_DIGEST=sha256:... .
ARG PYTHON_DIGEST
ARG PYTHON_SLIM_DIGEST

# The full image has the compilers that a package without a wheel for this machine would need.
FROM python:3.13-trixie@${PYTHON_DIGEST} AS wheels
WORKDIR /build
COPY requirements-build.txt requirements.txt ./
# What comes as source is built by the locked setuptools, not by one that pip fetches unchecked.
RUN pip install --no-cache-dir --no-deps --require-hashes -r requirements-build.txt \
    && pip wheel --no-cache-dir --no-deps --require-hashes --no-build-isolation --use-pep517 \
    --wheel-dir /wheels -r requirements.txt

FROM python:3.13-slim-trixie@${PYTHON_SLIM_DIGEST}
ENV APP_ENV=production \
    BIND=0.0.0.0:8000 \
    FLASK_APP=wsgi:app \
    INSTANCE_DIR=/var/lib/control-fresco \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1

# pg_dump and pg_restore for `flask backup`, of the database's version.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends postgresql-client-17 \
    && rm -rf /var/lib/apt/lists/*

# Their hashes were checked where they were fetched; a wheel built there has another one.
RUN --mount=type=bind,from=wheels,source=/wheels,target=/wheels \
    pip install --no-cache-dir --no-compile --no-deps --no-index /wheels/*.whl \
    && useradd --system --uid 10001 --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin fresco \
    && install --directory --owner fresco --group fresco --mode 0700 "$INSTANCE_DIR"

# Root's, so that the program can't change itself; readable, whatever the umask of who checked it out.
WORKDIR /srv/control-fresco
COPY --chmod=u=rwX,go=rX . .

USER 10001:10001
EXPOSE 8000
VOLUME /var/lib/control-fresco
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import http.client; line = http.client.HTTPConnection('127.0.0.1', 8000, timeout=4); line.request('GET', '/api/health/ready'); raise SystemExit(line.getresponse().status != 200)"]
CMD ["gunicorn", "-c", "gunicorn.conf.py", "wsgi:app"]
