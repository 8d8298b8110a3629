#!/bin/sh
# Prints the digests of the images, for .env: what is pulled and built from then on are these bytes, whatever is
# published later under the same tags. Needs docker with buildx, and the network:  sh deploy/pin-images.sh >> .env
set -eu
pin() {
    digest=$(docker buildx imagetools inspect --format '{{.Manifest.Digest}}' "$2")
    printf '%s=%s\n' "$1" "$digest"
}
pin POSTGRES_DIGEST postgres:17-alpine
pin NGINX_DIGEST nginxinc/nginx-unprivileged:1.28-alpine
pin PYTHON_DIGEST python:3.13-trixie
pin PYTHON_SLIM_DIGEST python:3.13-slim-trixie
