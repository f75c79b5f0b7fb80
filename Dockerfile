# The service in a container, run by an unprivileged account.
#
#   docker build -t c34 .
#   docker run -p 8034:8034 -e DATABASE_URL=... -e RELEASE_DATABASE_URL=... c34
#
# Without DATABASE_URL the embedded PostgreSQL keeps its data and the keys in the volume:
#
#   docker run -p 8034:8034 -v c34:/var/lib/c34 c34

FROM python:3.13-slim-trixie AS build
WORKDIR /srv/c34
COPY requirements.lock ./
RUN python -m venv .venv \
    && .venv/bin/python -m pip install --no-cache-dir --no-compile --no-deps --require-hashes \
        --only-binary :all: --requirement requirements.lock
COPY pyproject.toml README.md alembic.ini ./
COPY app app
COPY demo demo
COPY migrations migrations
# What installs and builds is of no use to the service, nor to whoever breaks into it.
RUN .venv/bin/python -m pip install --no-cache-dir --no-deps --no-build-isolation --editable . \
    && .venv/bin/python -m pip uninstall --yes setuptools pip \
    && .venv/bin/python -m compileall -q -j 0 app demo migrations .venv/lib

FROM python:3.13-slim-trixie
RUN groupadd --gid 10034 c34 \
    && useradd --uid 10034 --gid c34 --home-dir /var/lib/c34 --no-create-home --no-log-init \
        --shell /usr/sbin/nologin c34 \
    && install --directory --owner c34 --group c34 --mode 0700 /var/lib/c34
WORKDIR /srv/c34
COPY --from=build /srv/c34 /srv/c34
ENV PATH=/srv/c34/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    C34_DATA=/var/lib/c34 \
    C34_HOST=0.0.0.0 \
    C34_PORT=8034
USER 10034:10034
VOLUME /var/lib/c34
EXPOSE 8034
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 CMD ["python", "-c", \
    "import os, urllib.request as u; u.build_opener(u.ProxyHandler({})).open('http://127.0.0.1:' + os.environ['C34_PORT'] + '/live', timeout=4)"]
CMD ["c34", "serve"]
