//! Which library runs the background tasks, and what it does where nobody asks.

use crate::Snapshot;
use crate::areas::security::marks;
use crate::snapshot::stack::Dependency;
use crate::snapshot::stack::Ecosystem::{self, Cargo, Go, Jvm, Npm, Nuget, Php, Python, Ruby};

/// A library for background tasks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Library {
    /// By the name that its own site uses.
    pub(super) name: &'static str,
    /// Whether it tries a failed task again where nobody asks, as the end of a sentence about it.
    pub(super) retries: Option<&'static str>,
    /// Whether it keeps a task that failed for good where nobody asks, as the end of a sentence about it.
    pub(super) keeps: Option<&'static str>,
}

impl Library {
    /// Whether it comes with a framework for everything.
    pub(super) fn is_a_framework(&self) -> bool {
        matches!(self.name, "Active Job" | "Laravel's queue")
    }
}

const fn library(name: &'static str, retries: Option<&'static str>, keeps: Option<&'static str>) -> Library {
    Library { name, retries, keeps }
}

const KEEPS_RECORD: Option<&str> = Some("keeps a task that failed for good, with its error");
const ERROR_QUEUE: Option<&str> = Some("moves a message that failed for good to a queue of its own");
const GROWING: Option<&str> = Some("tries a failed task again, with growing pauses");

/// Most specific first: the first that a manifest names is the one that the report speaks of.
const LIBRARIES: &[(Ecosystem, &str, Library)] = &[
    (
        Python,
        "dramatiq",
        library(
            "Dramatiq",
            Some("tries a failed task again up to 20 times, with growing pauses"),
            Some("keeps a task that failed for good for a week"),
        ),
    ),
    (Python, "django-q2", library("Django Q", Some("tries a failed task again until it succeeds"), KEEPS_RECORD)),
    (Python, "django-q", library("Django Q", Some("tries a failed task again until it succeeds"), KEEPS_RECORD)),
    (Python, "procrastinate", library("Procrastinate", None, KEEPS_RECORD)),
    (Python, "celery", library("Celery", None, None)),
    (Python, "rq", library("RQ", None, Some("keeps failed tasks in a list of their own for a year"))),
    (Python, "django-rq", library("RQ", None, Some("keeps failed tasks in a list of their own for a year"))),
    (Python, "huey", library("Huey", None, None)),
    (Python, "arq", library("ARQ", None, None)),
    (Python, "taskiq", library("Taskiq", None, None)),
    (Python, "faststream", library("FastStream", None, None)),
    (Python, "aiokafka", library("Kafka", None, None)),
    (Python, "confluent-kafka", library("Kafka", None, None)),
    (Python, "kafka-python", library("Kafka", None, None)),
    (Python, "aio-pika", library("RabbitMQ", None, None)),
    (Python, "pika", library("RabbitMQ", None, None)),
    (
        Npm,
        "graphile-worker",
        library("Graphile Worker", Some("tries a failed task again up to 25 times, with growing pauses"), KEEPS_RECORD),
    ),
    (
        Npm,
        "inngest",
        library("Inngest", Some("tries a failed step again up to four times, with growing pauses"), KEEPS_RECORD),
    ),
    (
        Npm,
        "@trigger.dev/sdk",
        library("Trigger.dev", Some("tries a failed task again up to three times, with growing pauses"), KEEPS_RECORD),
    ),
    (Npm, "@temporalio/*", library("Temporal", GROWING, KEEPS_RECORD)),
    (Npm, "bullmq", library("BullMQ", None, Some("keeps failed tasks in a list of their own"))),
    (Npm, "bull", library("Bull", None, Some("keeps failed tasks in a list of their own"))),
    (Npm, "bee-queue", library("Bee-Queue", None, Some("keeps failed tasks in a list of their own"))),
    (Npm, "agenda", library("Agenda", None, KEEPS_RECORD)),
    (Npm, "pg-boss", library("pg-boss", None, KEEPS_RECORD)),
    (
        Npm,
        "kafkajs",
        library("KafkaJS", Some("tries a failed message again up to five times, with growing pauses"), None),
    ),
    (Npm, "amqplib", library("RabbitMQ", None, None)),
    (Npm, "amqp-connection-manager", library("RabbitMQ", None, None)),
    (Npm, "@golevelup/nestjs-rabbitmq", library("RabbitMQ", None, None)),
    (Npm, "sqs-consumer", library("Amazon SQS", Some("hands a message out again until it is deleted"), None)),
    (
        Go,
        "github.com/hibiken/asynq",
        library(
            "Asynq",
            Some("tries a failed task again up to 25 times, with growing pauses"),
            Some("keeps a task that failed for good in an archive"),
        ),
    ),
    (
        Go,
        "github.com/riverqueue/river",
        library("River", Some("tries a failed task again up to 25 times, with growing pauses"), KEEPS_RECORD),
    ),
    (
        Go,
        "github.com/gocraft/work",
        library(
            "gocraft/work",
            Some("tries a failed task again up to four times, with growing pauses"),
            Some("keeps a task that failed for good in a list of its own"),
        ),
    ),
    (Go, "github.com/vgarvardt/gue*", library("gue", GROWING, None)),
    (Go, "go.temporal.io/sdk", library("Temporal", GROWING, KEEPS_RECORD)),
    (Go, "github.com/richardknop/machinery*", library("Machinery", None, None)),
    (Go, "github.com/adjust/rmq*", library("rmq", None, Some("keeps rejected tasks in a list of their own"))),
    (Go, "github.com/threedotslabs/watermill", library("Watermill", None, None)),
    (Go, "github.com/rabbitmq/amqp091-go", library("RabbitMQ", None, None)),
    (Go, "github.com/streadway/amqp", library("RabbitMQ", None, None)),
    (Go, "github.com/segmentio/kafka-go", library("Kafka", None, None)),
    (Go, "github.com/ibm/sarama", library("Kafka", None, None)),
    (Go, "github.com/shopify/sarama", library("Kafka", None, None)),
    (Go, "github.com/confluentinc/confluent-kafka-go*", library("Kafka", None, None)),
    (
        Jvm,
        "org.jobrunr:*",
        library("JobRunr", Some("tries a failed task again up to ten times, with growing pauses"), KEEPS_RECORD),
    ),
    (
        Jvm,
        "com.github.kagkarlsson:db-scheduler*",
        library("db-scheduler", Some("tries a failed task again after five minutes"), KEEPS_RECORD),
    ),
    (
        Jvm,
        "org.springframework.cloud:spring-cloud-starter-stream*",
        library("Spring Cloud Stream", Some("tries a failed message up to three times, with growing pauses"), None),
    ),
    (
        Jvm,
        "org.springframework.cloud:spring-cloud-stream*",
        library("Spring Cloud Stream", Some("tries a failed message up to three times, with growing pauses"), None),
    ),
    (
        Jvm,
        "org.springframework.kafka:*",
        library("Spring for Apache Kafka", Some("tries a failed message again up to nine times"), None),
    ),
    (Jvm, "org.springframework.boot:spring-boot-starter-amqp", library("RabbitMQ", None, None)),
    (Jvm, "org.springframework.amqp:*", library("RabbitMQ", None, None)),
    (Jvm, "org.springframework.boot:spring-boot-starter-quartz", library("Quartz", None, None)),
    (Jvm, "org.quartz-scheduler:*", library("Quartz", None, None)),
    (
        Jvm,
        "io.awspring.cloud:*sqs*",
        library("Amazon SQS", Some("hands a message out again until it is deleted"), None),
    ),
    (Jvm, "org.apache.kafka:kafka-clients", library("Kafka", None, None)),
    (
        Ruby,
        "sidekiq",
        library(
            "Sidekiq",
            Some("tries a failed task again up to 25 times, with growing pauses"),
            Some("keeps a task that failed for good in a list of its own"),
        ),
    ),
    (Ruby, "que", library("Que", Some("tries a failed task again, with growing pauses"), KEEPS_RECORD)),
    (Ruby, "good_job", library("GoodJob", None, KEEPS_RECORD)),
    (Ruby, "solid_queue", library("Solid Queue", None, KEEPS_RECORD)),
    (
        Ruby,
        "delayed_job*",
        library("Delayed Job", Some("tries a failed task again up to 25 times, with growing pauses"), None),
    ),
    (Ruby, "resque", library("Resque", None, Some("keeps failed tasks in a list of their own"))),
    (Ruby, "shoryuken", library("Shoryuken", Some("hands a message out again until it is deleted"), None)),
    (Ruby, "sneakers", library("Sneakers", None, None)),
    (Ruby, "bunny", library("RabbitMQ", None, None)),
    (Ruby, "rails", library("Active Job", None, None)),
    (Ruby, "activejob", library("Active Job", None, None)),
    (
        Php,
        "symfony/messenger",
        library("Symfony Messenger", Some("tries a failed message again up to three times, with growing pauses"), None),
    ),
    (Php, "php-amqplib/php-amqplib", library("RabbitMQ", None, None)),
    (Php, "laravel/framework", library("Laravel's queue", None, Some("keeps a task that failed for good in a table"))),
    (Cargo, "apalis*", library("apalis", None, None)),
    (
        Cargo,
        "fang",
        library("fang", Some("tries a failed task again up to 20 times, with growing pauses"), KEEPS_RECORD),
    ),
    (Cargo, "sqlxmq", library("sqlxmq", GROWING, None)),
    (
        Cargo,
        "rusty-sidekiq",
        library("rusty-sidekiq", Some("tries a failed task again up to 25 times, with growing pauses"), None),
    ),
    (Cargo, "lapin", library("RabbitMQ", None, None)),
    (Cargo, "rdkafka", library("Kafka", None, None)),
    (
        Nuget,
        "hangfire*",
        library("Hangfire", Some("tries a failed task again up to ten times, with growing pauses"), KEEPS_RECORD),
    ),
    (Nuget, "masstransit*", library("MassTransit", None, ERROR_QUEUE)),
    (Nuget, "rebus*", library("Rebus", Some("tries a failed message up to five times"), ERROR_QUEUE)),
    (
        Nuget,
        "nservicebus*",
        library(
            "NServiceBus",
            Some("tries a failed message again, at first at once and then with growing pauses"),
            ERROR_QUEUE,
        ),
    ),
    (
        Nuget,
        "azure.messaging.servicebus",
        library("Azure Service Bus", Some("hands a failed message out again up to ten times"), ERROR_QUEUE),
    ),
    (Nuget, "quartz*", library("Quartz.NET", None, None)),
    (Nuget, "coravel*", library("Coravel", None, None)),
    (Nuget, "rabbitmq.client", library("RabbitMQ", None, None)),
    (Nuget, "confluent.kafka", library("Kafka", None, None)),
];

/// What is known of Spring's own threads, which need no package of their own.
pub(super) const SPRING_ASYNC: Library = library("Spring's @Async", None, None);

/// The library of Spring's that a mark in `text` belongs to.
pub(super) fn of_listener(text: &str) -> Option<Library> {
    const MARKS: &[(&str, &str)] = &[
        ("@KafkaListener", "Spring for Apache Kafka"),
        ("@KafkaHandler", "Spring for Apache Kafka"),
        ("@RetryableTopic", "Spring for Apache Kafka"),
        ("@RabbitListener", "RabbitMQ"),
        ("@RabbitHandler", "RabbitMQ"),
        ("@SqsListener", "Amazon SQS"),
    ];
    let (_, name) = MARKS.iter().find(|(mark, _)| text.contains(mark))?;
    LIBRARIES.iter().find(|(ecosystem, _, library)| *ecosystem == Jvm && library.name == *name).map(|it| it.2)
}

/// The library that a manifest names, and where.
pub(super) fn detect(repo: &Snapshot) -> Option<(&Dependency, Library)> {
    marks::package(repo, LIBRARIES).map(|(dependency, library)| (dependency, *library))
}

#[test]
fn the_changelog_counts_the_libraries_that_there_are() {
    let names: std::collections::BTreeSet<&str> = LIBRARIES.iter().map(|(_, _, library)| library.name).collect();
    let changelog = include_str!("../../../../CHANGELOG.md");
    assert!(changelog.contains(&format!("what {} libraries do by default", names.len())), "{}", names.len());
}

/// Services that faults are reported to, by package; they see those of background tasks, too.
const REPORTERS: &[(Ecosystem, &str, &str)] = &[
    (Python, "sentry-sdk", "Sentry"),
    (Python, "rollbar", "Rollbar"),
    (Python, "bugsnag", "Bugsnag"),
    (Npm, "@sentry/*", "Sentry"),
    (Npm, "rollbar", "Rollbar"),
    (Npm, "@bugsnag/*", "Bugsnag"),
    (Go, "github.com/getsentry/*", "Sentry"),
    (Go, "github.com/bugsnag/*", "Bugsnag"),
    (Jvm, "io.sentry:*", "Sentry"),
    (Ruby, "sentry-*", "Sentry"),
    (Ruby, "bugsnag", "Bugsnag"),
    (Ruby, "rollbar", "Rollbar"),
    (Ruby, "honeybadger", "Honeybadger"),
    (Ruby, "airbrake", "Airbrake"),
    (Php, "sentry/*", "Sentry"),
    (Php, "bugsnag/*", "Bugsnag"),
    (Cargo, "sentry*", "Sentry"),
    (Nuget, "sentry*", "Sentry"),
];

/// The service that faults are reported to, and where a manifest names it.
pub(super) fn reporter(repo: &Snapshot) -> Option<(&Dependency, &'static str)> {
    marks::package(repo, REPORTERS).map(|(dependency, name)| (dependency, *name))
}
