//! What the name of a container image says: whether it is a language's, or one of a program that projects need.

use std::sync::LazyLock;

use regex::Regex;

use super::pattern::pattern;
use crate::paths;

/// Programs that projects need and do not make.
#[rustfmt::skip]
const INFRASTRUCTURE: &[&str] = &[
    "postgres", "postgresql", "postgis", "mysql", "mariadb", "mongo", "mongodb", "redis", "redisinsight", "valkey",
    "memcached", "rabbitmq", "kafka", "zookeeper", "redpanda", "elasticsearch", "opensearch", "kibana", "logstash",
    "localstack", "minio", "adminer", "pgadmin", "pgadmin4", "phpmyadmin", "mailhog", "mailpit", "mailcatcher", "jaeger",
    "jaegertracing", "zipkin", "prometheus", "grafana", "loki", "otel", "opentelemetry", "keycloak", "vault", "consul",
    "nats", "mssql", "cassandra", "dynamodb", "neo4j", "couchdb", "influxdb", "clickhouse", "mountebank", "wiremock",
    "mockserver", "cockroach", "cockroachdb", "meilisearch", "sonarqube", "timescale", "timescaledb", "oracle", "portainer",
    "tempo", "azurite", "pgbouncer", "selenium", "mosquitto", "etcd", "milvus", "qdrant", "chroma", "weaviate", "datalust",
    "swagger",
];

/// Images with names of several words, and those that others build upon or put in front.
#[rustfmt::skip]
const OTHERS: &[&str] = &[
    "nginx", "traefik", "caddy", "haproxy", "all-in-one", "azure-sql-edge", "hello-world", "standalone-chrome", "alpine",
    "ubuntu", "debian", "busybox", "binfmt", "qemu-user-static", "buildkit",
];

/// Words of a name that is a project's own, whatever it is made with.
const OWN: &[&str] = &["api", "app", "application", "backend", "frontend", "service", "web", "crud", "demo", "client"];

/// The name without tag and digest.
pub(super) fn image_name(image: &str) -> &str {
    let image = image.split('@').next().unwrap_or(image);
    match image.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => name,
        _ => image,
    }
}

/// The image that a line says how to build, in a sentence as well: `docker build -t shop .`.
pub(crate) fn built_image(line: &str) -> Option<&str> {
    static BUILDS: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"\b(docker|podman)( image| buildx)? build\b.*?\s(-t|--tag)[ =](?P<image>[\w./:-]+)"));
    BUILDS.captures(line)?.name("image").map(|image| image_name(image.as_str().trim_end_matches(['.', ':'])))
}

/// Whether an image runs the sources of a project.
pub(crate) fn is_language_image(image: &str) -> bool {
    #[rustfmt::skip]
    const LANGUAGES: &[&str] = &[
        "node", "bun", "deno", "python", "golang", "go", "ruby", "php", "openjdk", "eclipse-temurin", "amazoncorretto",
        "maven", "gradle", "rust", "sdk", "aspnet", "composer",
    ];
    LANGUAGES.contains(&paths::name(image_name(image)).to_ascii_lowercase().as_str())
}

/// Whether an image is that of a database, a queue or another program that a project needs, by a word of its name:
/// `postgres`, `bitnami/postgresql-repmgr`, `mcr.microsoft.com/mssql/server`.
pub(crate) fn is_infrastructure_image(image: &str) -> bool {
    let image = image_name(image).to_ascii_lowercase();
    let mut words = image.split(['/', '-', '_', '.']);
    let is_own = words.clone().any(|word| OWN.contains(&word));
    !is_own && words.any(|word| INFRASTRUCTURE.contains(&word))
}

/// Images of what applications need, not of applications.
pub(super) fn is_auxiliary_image(image: &str) -> bool {
    OTHERS.contains(&paths::name(image_name(image))) || is_infrastructure_image(image)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_of_the_name_says_what_an_image_is() {
        for image in [
            "postgres:16",
            "bitnami/postgresql",
            "bitnami/postgresql-repmgr:15",
            "mcr.microsoft.com/mssql/server:2022-latest",
            "confluentinc/cp-kafka:7",
            "clickhouse/clickhouse-server",
            "jaegertracing/all-in-one",
            "localhost:5000/mirror/redis@sha256:0",
        ] {
            assert!(is_infrastructure_image(image) && is_auxiliary_image(image), "{image}");
        }
        for image in ["shop/postgres-api", "shop/mongo-crud", "shop/vaults", "shop", "node:20", "shop/redis-web:1"] {
            assert!(!is_infrastructure_image(image) && !is_auxiliary_image(image), "{image}");
        }
    }
}
