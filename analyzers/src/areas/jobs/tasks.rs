//! The background tasks of a program, and what stands in and around each.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::library::{self, Library, SPRING_ASYNC};
use super::word::{self, Meaning};
use crate::areas::security::marks;
use crate::code::{CodeMatch, Language, pattern};
use crate::snapshot::stack::Dependency;
use crate::{Evidence, Place, Snapshot};

/// How many places a finding shows.
const SHOWN: usize = 10;

/// The background tasks of a program.
pub(super) struct Tasks<'a> {
    pub(super) library: Library,
    /// Where the library is named, if a manifest does.
    pub(super) dependency: Option<&'a Dependency>,
    pub(super) all: Vec<Task<'a>>,
    /// What is said about tasks outside of any one task, in files that are about tasks.
    pub(super) settings: Vec<Word<'a>>,
}

/// One task: where it is defined, or where it is put into the queue.
pub(super) struct Task<'a> {
    at: &'a CodeMatch,
    words: Vec<Word<'a>>,
}

/// A word of the source that says something about tasks.
pub(super) struct Word<'a> {
    pub(super) at: &'a CodeMatch,
    pub(super) meaning: Meaning,
}

impl Task<'_> {
    pub(super) fn says(&self, meaning: Meaning) -> bool {
        self.words.iter().any(|word| word.meaning == meaning)
    }
}

impl<'a> Tasks<'a> {
    /// `None` where no library for tasks is used, or no task was found.
    pub(super) fn of(repo: &'a Snapshot) -> Option<Self> {
        let definitions = marks::of(repo, "jobs", "task");
        let markers = marks::of(repo, "jobs", "marker");
        let detected = library::detect(repo);
        let library = match detected {
            Some((_, library)) => library,
            None => definitions.iter().find_map(|found| of_spring(repo, found))?,
        };
        let mut regions: Vec<(&CodeMatch, Range<usize>)> =
            definitions.into_iter().map(|found| (found, found.bytes.clone())).collect();
        for (index, marker) in markers.iter().enumerate() {
            // What a mark belongs to ends at the latest where the next begins.
            let next = markers.get(index + 1).filter(|next| next.path == marker.path);
            regions.push((marker, marker.bytes.start..next.map_or(usize::MAX, |next| next.bytes.start)));
        }
        if regions.is_empty() {
            return None;
        }
        regions.sort_by(|a, b| (&a.0.path, a.1.start, a.1.end).cmp(&(&b.0.path, b.1.start, b.1.end)));
        let mut tasks: Vec<Task<'a>> = regions.iter().map(|(at, _)| Task { at, words: Vec::new() }).collect();
        let mut settings = Vec::new();
        // Threads have no queue that could be told how to try again.
        let has_queue = library.name != SPRING_ASYNC.name;
        for found in marks::each(repo, "jobs", "word") {
            let meanings = word::meanings(found, repo.text(&found.path).unwrap_or_default());
            let is_in = |region: &(&CodeMatch, Range<usize>)| {
                region.0.path == found.path && region.1.start <= found.bytes.start && found.bytes.end <= region.1.end
            };
            let mut inside = false;
            for (task, _) in tasks.iter_mut().zip(&regions).filter(|(_, region)| is_in(region)) {
                task.words.extend(meanings.iter().map(|&meaning| Word { at: found, meaning }));
                inside = true;
            }
            // What a page in the browser says is no setting of a queue.
            if !inside && !found.path.contains("client/") && has_queue {
                settings.extend(meanings.iter().map(|&meaning| Word { at: found, meaning }));
            }
        }
        Some(Tasks { library, dependency: detected.map(|(dependency, _)| dependency), all: tasks, settings })
    }

    /// How many tasks say it.
    pub(super) fn saying(&self, meaning: Meaning) -> usize {
        self.all.iter().filter(|task| task.says(meaning)).count()
    }

    /// Where it is said, in tasks first, then in settings.
    pub(super) fn places(&self, repo: &Snapshot, meanings: &[Meaning]) -> Evidence {
        let words = self.all.iter().flat_map(|task| &task.words).chain(&self.settings);
        marks::places(repo, words.filter(|word| meanings.contains(&word.meaning)).map(|word| word.at))
    }

    pub(super) fn sets(&self, meaning: Meaning) -> bool {
        self.settings.iter().any(|word| word.meaning == meaning)
    }

    /// Where the tasks for which `is` holds are.
    pub(super) fn task_places(&self, repo: &Snapshot, is: impl Fn(&Task<'_>) -> bool) -> Evidence {
        let places = self.all.iter().filter(|task| is(task)).map(|task| {
            let (first, last) = task.at.lines;
            Place::lines(repo.head(), &*task.at.path, first, last.min(first + 20))
        });
        Evidence::or_absence(places.take(SHOWN), repo.head())
    }

    /// Where the library is named; else the tasks.
    pub(super) fn library_place(&self, repo: &Snapshot) -> Evidence {
        match self.dependency {
            Some(dependency) => marks::manifest(repo, dependency).into(),
            None => self.task_places(repo, |_| true),
        }
    }

    /// Whether each task does nothing but hand a command on, so that its own lines say nothing of failures.
    pub(super) fn only_hand_on(&self, repo: &Snapshot) -> bool {
        self.all.iter().all(|task| {
            let text = repo.text(&task.at.path).and_then(|text| text.get(task.at.bytes.clone())).unwrap_or_default();
            hands_on(text)
        })
    }

    /// `3 background tasks (Celery) are`.
    pub(super) fn counted_being(&self) -> String {
        format!("{} {}", self.counted(), if self.all.len() == 1 { "is" } else { "are" })
    }

    /// `3 background tasks (Celery)`.
    pub(super) fn counted(&self) -> String {
        match self.all.len() {
            1 => format!("one background task ({})", self.library.name),
            many => format!("{many} background tasks ({})", self.library.name),
        }
    }
}

/// Whether the only statement of a task hands a command on: `await mediator.Send(new SendMails());`.
fn hands_on(text: &str) -> bool {
    static HANDS_ON: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)\w*(?:mediator|sender|bus|dispatcher|executor|commands?|handler)\w*\.(?:send|execute|dispatch|publish|handle)\w*\(\s*new\b",
        )
    });
    static SETS_UP: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r"^\s*(?:(?:private|public|protected|readonly|final)\s[^(]*;|(?:this\.)?_?\w+\s*=\s*\w+;)\s*$")
    });
    let mut statements = text.lines().filter(|line| line.contains(';') && !SETS_UP.is_match(line));
    let only = statements.next().is_some_and(|line| HANDS_ON.is_match(line));
    only && statements.next().is_none()
}

/// What calls a method of Spring that has a mark for it, where no package says what does.
fn of_spring(repo: &Snapshot, found: &CodeMatch) -> Option<Library> {
    let text = repo.text(&found.path).and_then(|text| text.get(found.bytes.clone())).unwrap_or_default();
    let is_spring = matches!(found.language, Language::Java | Language::Kotlin);
    is_spring.then(|| library::of_listener(text).unwrap_or(SPRING_ASYNC))
}

#[cfg(test)]
mod tests {
    use super::Tasks;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn a_listener_without_a_package_is_named_for_what_it_listens_to() {
        let of = |mark: &str| {
            let code = format!("class A {{\n  {mark}\n  public void on(String message) {{ keep(message); }}\n}}\n");
            let repo = Fixture::new().file("A.java", &code).snapshot();
            Tasks::of(&repo).map(|tasks| tasks.library.name)
        };
        assert_eq!(of("@KafkaListener(topics = \"a\")"), Some("Spring for Apache Kafka"));
        assert_eq!(of("@RabbitListener(queues = \"a\")"), Some("RabbitMQ"));
        assert_eq!(of("@Async"), Some("Spring's @Async"));
    }

    #[test]
    fn a_task_may_only_hand_a_command_on() {
        let of = |body: &str| {
            let text = format!(
                "class MailJob : IJob {{\n    private readonly IMediator _mediator;\n    public async Task Execute(IJobExecutionContext context) {{\n        {body}\n    }}\n}}\n"
            );
            super::hands_on(&text)
        };
        assert!(of("await _mediator.Send(new SendMails());"));
        assert!(!of("await _mediator.Send(new SendMails());\n        await store.Save();"));
        assert!(!of("await mails.Send(text);"));
        assert!(!of(""));
    }

    #[test]
    fn what_tries_something_else_again_says_nothing_of_threads() {
        let code = "class A {\n  @Async\n  public void send() { mail(); }\n}\nclass B {\n  void f() { new RetryTemplate(); }\n}\n";
        let repo = Fixture::new().file("A.java", code).snapshot();
        assert!(Tasks::of(&repo).is_some_and(|tasks| tasks.settings.is_empty()));
    }
}
