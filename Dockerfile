ARG PYTHON=3.11

FROM python:${PYTHON}-slim AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY cogs cogs
RUN python -m venv /opt/rapport \
 && /opt/rapport/bin/pip install --no-cache-dir --disable-pip-version-check ".[postgres]" \
 && /opt/rapport/bin/pip uninstall --yes --quiet pip setuptools

FROM python:${PYTHON}-slim
COPY --from=build /opt/rapport /opt/rapport
RUN useradd --system --uid 10001 --home-dir /data rapport \
 && install --directory --owner=rapport --mode=0700 /data
USER rapport
WORKDIR /data
# Two pools of memory for the few threads there are, instead of eight for each core.
ENV PATH=/opt/rapport/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    MALLOC_ARENA_MAX=2 \
    RAPPORT_DATA_DIR=/data
VOLUME /data
# Well is who has touched the health file within a minute and a half. After a crash a start waits up to
# a minute: another container cannot see that the process which leads is no more.
HEALTHCHECK --interval=30s --timeout=10s --start-period=120s --retries=2 \
    CMD ["rapport", "check", "--health"]
ENTRYPOINT ["rapport"]
CMD ["run"]
