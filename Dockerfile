FROM node:20-alpine AS packages
WORKDIR /src/static
COPY static/package.json static/package-lock.json static/.npmrc ./
RUN npm ci --no-audit --no-fund

FROM golang:1.26-alpine AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=packages /src/static/node_modules static/node_modules
RUN go run ./static/build && go run ./pkg/lettering/pack && CGO_ENABLED=0 go build -trimpath -tags nopgxregisterdefaulttypes -gcflags=github.com/carnetbadges/carnet/views=-l -ldflags "-s -w" -o /carnet ./cmd/carnet && mkdir -p /data

FROM scratch
COPY --from=build /carnet /carnet
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build --chown=10001:10001 /data /data
USER 10001:10001
ENV CARNET_DATA=/data
EXPOSE 8080
ENTRYPOINT ["/carnet"]
