//! The background tasks of a program, and what stands in and around each.

use std::ops::Range;

use super::library::{self, Library, SPRING_ASYNC};
use super::word::{self, Meaning};
use crate::areas::security::marks;
use crate::code::{CodeMatch, Language};
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
            None if definitions.iter().any(|found| is_spring_async(found)) => SPRING_ASYNC,
            None => return None,
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
            if !inside && !found.path.contains("client/") {
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

    /// `3 background tasks (Celery)`.
    pub(super) fn counted(&self) -> String {
        match self.all.len() {
            1 => format!("one background task ({})", self.library.name),
            many => format!("{many} background tasks ({})", self.library.name),
        }
    }
}

fn is_spring_async(found: &CodeMatch) -> bool {
    matches!(found.language, Language::Java | Language::Kotlin)
}
