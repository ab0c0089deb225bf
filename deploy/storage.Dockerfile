# An S3-compatible server over a folder, the one that the tests run against. A province that has object storage
# of its own leaves it out and names that in HOCLIEU_S3_ENDPOINT.

FROM golang:1.24.4-bookworm AS made
RUN GOBIN=/made CGO_ENABLED=0 go install github.com/versity/versitygw/cmd/versitygw@v1.8.0

FROM debian:bookworm-20250610-slim
RUN useradd --system --uid 10002 storage && mkdir /data && chown storage: /data
COPY --from=made /made/versitygw /usr/local/bin/versitygw
USER storage
VOLUME /data
EXPOSE 7070
CMD ["sh", "-c", "mkdir -p \"/data/$BUCKET\" && exec versitygw --port :7070 --keep-alive posix /data"]
