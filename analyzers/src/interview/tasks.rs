//! What runs in the background, and may fail halfway?

use super::{Findings, Prompt, files};
use crate::snapshot::stack::Ecosystem::{self, Cargo, Go, Jvm, Npm, Nuget, Php, Python, Ruby};
use crate::{Place, Snapshot};

/// Libraries for work in the background, and what people call them.
const LIBRARIES: &[(Ecosystem, &str, &str)] = &[
    (Python, "celery", "Celery"),
    (Python, "rq", "RQ"),
    (Python, "dramatiq", "Dramatiq"),
    (Python, "arq", "arq"),
    (Python, "huey", "Huey"),
    (Npm, "bullmq", "BullMQ"),
    (Npm, "bull", "Bull"),
    (Npm, "agenda", "Agenda"),
    (Npm, "pg-boss", "pg-boss"),
    (Npm, "graphile-worker", "Graphile Worker"),
    (Go, "github.com/hibiken/asynq", "Asynq"),
    (Go, "github.com/RichardKnop/machinery", "Machinery"),
    (Go, "github.com/riverqueue/river", "River"),
    (Ruby, "sidekiq", "Sidekiq"),
    (Ruby, "resque", "Resque"),
    (Ruby, "good_job", "GoodJob"),
    (Ruby, "solid_queue", "Solid Queue"),
    (Ruby, "delayed_job", "Delayed Job"),
    (Php, "laravel/horizon", "Laravel Horizon"),
    (Php, "symfony/messenger", "Symfony Messenger"),
    (Jvm, "org.springframework.kafka:spring-kafka", "Kafka"),
    (Jvm, "org.springframework.boot:spring-boot-starter-amqp", "RabbitMQ"),
    (Jvm, "org.jobrunr:jobrunr", "JobRunr"),
    (Cargo, "apalis", "apalis"),
    (Cargo, "fang", "fang"),
    (Cargo, "sqlxmq", "sqlxmq"),
    (Nuget, "hangfire", "Hangfire"),
    (Nuget, "hangfire.core", "Hangfire"),
    (Nuget, "hangfire.aspnetcore", "Hangfire"),
    (Nuget, "masstransit", "MassTransit"),
    (Nuget, "quartz", "Quartz.NET"),
];

/// Those whose places are tasks, the ones that are wanting first.
const SIGNALS: [&str; 2] = ["jobs.retries", "jobs.idempotent"];

pub(super) fn prompt(repo: &Snapshot, findings: &Findings<'_>) -> Option<Prompt> {
    let wanting = SIGNALS.iter().filter_map(|signal| findings.wanting(signal));
    let any = SIGNALS.iter().filter_map(|signal| findings.get(signal));
    // A manifest or a setting is no task.
    let task = |finding| files(finding).filter(|place| crate::code::Language::of(&place.path).is_some());
    if let Some(finding) = wanting.chain(any).find(|finding| task(finding).next().is_some()) {
        return Some(Prompt::new("task.defined").at(task(finding)));
    }
    let used = LIBRARIES.iter().find_map(|(ecosystem, package, name)| {
        let found = repo.stack().dependency(*ecosystem, &package.to_ascii_lowercase());
        Some((found.or_else(|| repo.stack().dependency(*ecosystem, package))?, *name))
    });
    Some(match used {
        Some((dependency, name)) => Prompt::new("task.library").naming("library", name).at([Place::lines(
            repo.head(),
            &*dependency.path,
            dependency.line,
            dependency.line,
        )]),
        None => Prompt::new("task.generic"),
    })
}
