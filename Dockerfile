# syntax=docker/dockerfile:1

FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY . .
# The caches keep a second build short. Not the slim image: jemalloc is built with make.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --profile dist --locked --package equal-partners \
    && cp target/dist/equal-partners /usr/local/bin/equal-partners

FROM debian:bookworm-slim
LABEL org.opencontainers.image.title="Equal Partners" \
      org.opencontainers.image.description="Patient and public involvement in the NHS, as a JSON API" \
      org.opencontainers.image.licenses="MIT"
# A number, so that an orchestrator can see that it is not root.
RUN groupadd --gid 10001 equal-partners \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/equal-partners --shell /usr/sbin/nologin equal-partners \
    && install --directory --mode 0750 --owner equal-partners --group equal-partners /var/lib/equal-partners
COPY --from=build /usr/local/bin/equal-partners /usr/local/bin/equal-partners
COPY LICENSE NOTICE /usr/share/doc/equal-partners/
ENV EQUAL_PARTNERS_BIND=0.0.0.0:8080 \
    EQUAL_PARTNERS_DATA_DIR=/var/lib/equal-partners
# The only place that is written to: the rest may be mounted read-only.
VOLUME /var/lib/equal-partners
USER 10001:10001
EXPOSE 8080
# There is no curl in the image: bash opens the connection itself, on whatever port is set.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=4 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${EQUAL_PARTNERS_BIND##*:} && printf 'GET /health/ready HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [ \"$status\" = 200 ]"]
ENTRYPOINT ["equal-partners"]
CMD ["serve"]
