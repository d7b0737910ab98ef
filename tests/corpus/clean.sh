#!/usr/bin/env bash
# usage: tests/corpus/clean.sh CLONES [PROGRAM]
# Red flags on the whole history of well-known projects, of which CLONES has clones (owner+name/repo). Prints a row for
# each, and every red flag without its value; ends with 1 if there is one.
set -u
clones=$1 program=${2:-target/release/foliolens}
projects="pallets/flask pallets/click pallets/itsdangerous psf/requests encode/httpx gin-gonic/gin go-chi/chi labstack/echo
expressjs/express koajs/koa fastify/fastify tokio-rs/axum tokio-rs/mini-redis sinatra/sinatra heartcombo/devise
doorkeeper-gem/doorkeeper slimphp/Slim spatie/laravel-permission spring-projects/spring-petclinic docker/docker-py
astral-sh/ruff rust-lang/rust-analyzer rust-lang/crates.io paramiko/paramiko httpie/cli"
flags=0
for project in $projects; do
    clone=$clones/${project/\//+}/repo
    [ -d "$clone" ] || { echo "$project: no clone"; continue; }
    red=$("$program" secrets "$clone" --format json | jq -r '.areas[].signals[].facts.findings // [] | .[]
        | select(.weight == "live") | "  \(.rule) \(.state) \(.path):\(.start) \(.first_commit[:8])"')
    count=$(printf '%s' "$red" | grep -c .)
    flags=$((flags + count))
    echo "$project: $count red flags"
    [ -z "$red" ] || echo "$red"
done
[ "$flags" = 0 ]
