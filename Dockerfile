# GraphiQL and the REST documentation.
FROM node:22-slim AS pages
WORKDIR /developer/source
COPY bff/web/developer/source/ ./
RUN npm ci --ignore-scripts && npm run build

# The service with all it needs, in one folder.
FROM python:3.12-slim AS install
WORKDIR /source
COPY pyproject.toml README.md ./
COPY bff ./bff
COPY --from=pages /developer/dist ./bff/web/developer/dist
RUN python -m venv /service \
 && BFF_SKIP_PAGES_BUILD=1 /service/bin/pip install --no-cache-dir '.[otel]'

FROM python:3.12-slim
RUN useradd --system --uid 10001 --no-create-home bff
COPY --from=install /service /service
USER 10001
ENV PATH=/service/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    BFF_HOST=0.0.0.0 \
    BFF_PORT=8000
EXPOSE 8000
# Drains first: let it have longer than BFF_DRAIN_SECONDS and a request (docker stop --timeout).
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f\"http://127.0.0.1:{os.environ['BFF_PORT']}/livez\", timeout=2)"]
ENTRYPOINT ["bff"]
CMD ["serve"]
