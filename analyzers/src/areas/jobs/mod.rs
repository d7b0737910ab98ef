//! Background tasks: whether a failure is survived.

mod dead_letter;
mod idempotent;
mod library;
mod retries;
mod settings;
mod tasks;
mod within;
mod word;

use self::settings::Settings;
use self::tasks::Tasks;
use crate::areas::security::marks;
use crate::{Analyzer, AreaMeta, Effort, Evidence, Finding, Place, SignalMeta, Snapshot};

/// The area `jobs`.
pub struct Jobs;

static META: AreaMeta = AreaMeta {
    id: "jobs",
    title: "Background tasks",
    question: "Does work in the background survive a failure?",
    signals: &[
        SignalMeta {
            id: "jobs.retries",
            statement: "Background tasks that fail are tried again, with growing pauses",
            looks_at: "Libraries for work in the background among the packages of the project, the tasks that they \
                run, and what is said about trying again: in a task, where it is handed over, and in settings. \
                Libraries that try again by themselves, such as Sidekiq, Hangfire, Asynq or Dramatiq, are fine. It \
                does not apply without such a library, or without a task.",
            why: "Mail servers, payment providers and networks fail for minutes. A task that gives up at the first failure \
                  loses what it was to do; one that tries again at once makes the failure worse.",
            remedy: "Let failed tasks be tried again a few times, with pauses that grow, and say which failures are worth it.",
            effort: Effort::Low,
            dispute: "The queue's server may do it (a policy of RabbitMQ, a queue of a cloud), or a schedule may start the \
                      task again. Say so beside the task.",
        },
        SignalMeta {
            id: "jobs.idempotent",
            statement: "Running a task twice does no harm",
            looks_at: "Within each task, what would hurt if it were done twice (sending messages, making entries, \
                moving money), and signs beside it that a second run is noticed: a lock, a unique key, a look for \
                what is there already, a mark of when it was done. Other code that a task calls is not followed. It \
                can't be told where neither is found.",
            why: "Unfinished work is handed out again when a machine stops in the middle of it. Without a check the \
                customer gets two mails, or pays twice.",
            remedy: "Let each task ask first whether its work is done, or let the database refuse to keep the same \
                     thing twice, by a unique key.",
            effort: Effort::Medium,
            dispute: "Where the check is in other code that the task calls, or in the database, name it in a comment \
                beside the task.",
        },
        SignalMeta {
            id: "jobs.dead-letter",
            statement: "A task that failed for good is kept or reported",
            looks_at: "What becomes of tasks that fail for good: code that handles them, lists where they are kept \
                (dead-letter queues) in code and settings, libraries that keep them by themselves, and services that \
                faults are reported to. It does not apply without work in the background.",
            why: "What failed for good and left no trace is noticed by the customer first.",
            remedy: "Keep failed tasks in a list of their own and tell somebody, so that they can be run again when \
                     the cause is mended.",
            effort: Effort::Low,
            dispute: "The queue's server may keep them, or somebody may watch the log. Say so in the README.",
        },
    ],
};

/// Work that does not keep whoever asked waiting.
pub(crate) enum Background {
    /// Tasks for a queue: how many, and for which; and where.
    Queued(String, Evidence),
    /// Threads, timers and the like, within the program.
    Within(Evidence),
    /// A library for tasks, by name, and where it is named.
    Package(&'static str, Place),
    /// None was found.
    None,
}

/// What of `repo` works in the background.
pub(crate) fn background(repo: &Snapshot) -> Background {
    if let Some(tasks) = Tasks::of(repo) {
        return Background::Queued(tasks.counted(), tasks.task_places(repo, |_| true));
    }
    let within = within::find(repo);
    if !within.is_empty() {
        return Background::Within(marks::places(repo, within));
    }
    match library::detect(repo) {
        // Every program made with it has it.
        Some((_, library)) if library.is_a_framework() => Background::None,
        Some((dependency, library)) => Background::Package(library.name, marks::manifest(repo, dependency)),
        None => Background::None,
    }
}

/// What is said besides where a program works in the background without a queue.
const BY_ITSELF: &str = " Some work is started within the program itself, by a timer or while it answers.";

impl Analyzer for Jobs {
    fn meta(&self) -> &'static AreaMeta {
        &META
    }

    fn examine(&self, repo: &Snapshot) -> Vec<Finding> {
        let Some(tasks) = Tasks::of(repo) else {
            let is_within = !within::find(repo).is_empty();
            let summary = match library::detect(repo) {
                Some((_, library)) => {
                    let by_itself = if is_within { BY_ITSELF } else { "" };
                    format!(
                        "No work in the background was recognised, though {}, which does such work, is among the \
                         packages that it uses.{by_itself}",
                        library.name
                    )
                }
                None if is_within => "The only work in the background that was recognised is started within the \
                                      program itself, by a timer or while it answers; that is not looked at here."
                    .to_owned(),
                None => "No work in the background was recognised.".to_owned(),
            };
            let silent = |signal: &SignalMeta| Finding::not_applicable(signal.id, summary.as_str());
            return META.signals.iter().map(silent).collect();
        };
        let settings = Settings::of(repo);
        vec![
            retries::finding(repo, &tasks, &settings),
            idempotent::finding(repo, &tasks),
            dead_letter::finding(repo, &tasks, &settings),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Outcome;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn a_library_without_a_task_is_named() {
        let first = |manifest: &str| {
            let repo = Fixture::new().file("app.py", "import flask\n").file("requirements.txt", manifest).snapshot();
            let findings = Jobs.examine(&repo);
            assert!(findings.iter().all(|finding| finding.outcome() == Outcome::NotApplicable));
            findings[0].summary().to_owned()
        };
        assert_eq!(first("flask\n"), "No work in the background was recognised.");
        let timer =
            Fixture::new().file("A.java", "class A {\n  @Scheduled(cron = \"0 0 3 * * *\")\n  void sweep() {}\n}\n");
        assert_eq!(
            Jobs.examine(&timer.snapshot())[0].summary(),
            "The only work in the background that was recognised is started within the program itself, by a timer or while it \
             answers; that is not looked at here."
        );
        assert_eq!(
            first("rq\n"),
            "No work in the background was recognised, though RQ, which does such work, is among the packages that it uses."
        );
    }

    #[test]
    fn one_task_is_spoken_of_as_one() {
        let said = |tasks: &str| {
            let text = format!("from celery import shared_task\n{tasks}");
            let repo = Fixture::new().file("requirements.txt", "celery\n").file("tasks.py", &text).snapshot();
            Jobs.examine(&repo)[1].summary().to_owned()
        };
        let one = "@shared_task\ndef pay():\n    Order.objects.get_or_create(id=1)\n";
        let harmless = "Running a task twice does no harm:";
        let notices = "by looking for what is there already, or by something that refuses it (a lock, a unique key).";
        assert_eq!(said(one), format!("{harmless} the one background task notices a second run, {notices}"));
        assert_eq!(
            said(&format!("{one}@shared_task\ndef count():\n    total()\n")),
            format!(
                "{harmless} one of 2 background tasks notices a second run, {notices} In the others, nothing was found that would \
                 happen twice."
            )
        );
    }

    #[test]
    fn what_is_kept_in_memory_is_gone_at_the_next_start() {
        let kept = |storage: &str| {
            let setup = format!(
                "using Hangfire;\nclass A {{ void F() {{ services.AddHangfire(it => it.{storage}); RecurringJob.AddOrUpdate<Mail>(\"mail\", it => it.Send(), Cron.Daily); }} }}\n"
            );
            let manifest =
                "<Project><ItemGroup><PackageReference Include=\"Hangfire\" Version=\"1.8\" /></ItemGroup></Project>\n";
            Jobs.examine(&Fixture::new().file("A.csproj", manifest).file("A.cs", &setup).snapshot())[2].outcome()
        };
        assert_eq!(kept("UseSqlServerStorage(url)"), Outcome::Met);
        assert_eq!(kept("UseMemoryStorage()"), Outcome::Partly);
    }

    #[test]
    fn what_hands_a_message_in_tries_no_task_again() {
        let of = |setting: &str| {
            let text = format!(
                "package a\nimport \"github.com/IBM/sarama\"\nfunc f() {{ config.{setting} = 3 }}\nfunc (h *H) Cleanup(sarama.ConsumerGroupSession) error {{ return nil }}\nfunc (h *H) ConsumeClaim(s sarama.ConsumerGroupSession, c sarama.ConsumerGroupClaim) error {{ return take(c) }}\n"
            );
            let repo =
                Fixture::new().file("go.mod", "module a\nrequire github.com/IBM/sarama v1.43.0\n").file("a.go", &text);
            let found = &Jobs.examine(&repo.snapshot())[0];
            (found.outcome(), found.summary().contains("one background task (Kafka)"))
        };
        assert_eq!(of("Producer.Retry.Max").0, Outcome::NotMet);
        assert_eq!(of("Consumer.Retry.Backoff").0, Outcome::Partly);
        assert!(of("Consumer.Retry.Backoff").1);
    }
}
