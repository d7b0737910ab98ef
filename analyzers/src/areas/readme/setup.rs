//! `readme.setup`

mod broken;

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use broken::broken;

use super::{is_own, leading_kind, listed, present, reachable};
use crate::areas::deployment::applied::{database_left_out, left_out};
use crate::documents::{Command, Document, Documents, Heading, Purpose, Role, Topic};
use crate::environment::{Environment, Variable};
use crate::kinds::Kind;
use crate::snapshot::stack::Ecosystem;
use crate::{Evidence, Finding, Snapshot};

const SIGNAL: &str = "readme.setup";

pub(super) fn examine(repo: &Snapshot) -> Finding {
    let kind = leading_kind(repo);
    match kind {
        Kind::Empty => return Finding::not_applicable(SIGNAL, "The repository is empty."),
        Kind::Documentation => return Finding::not_applicable(SIGNAL, "There is no program here to run."),
        Kind::Dotfiles => return Finding::not_applicable(SIGNAL, "Configuration files are not run."),
        _ => {}
    }
    let documents = Documents::of(repo);
    let Some(first) = documents.all().first() else {
        return Finding::not_met(
            SIGNAL,
            "There is no README that could say how to run it.",
            Evidence::absence(repo.head()),
        );
    };
    let reachable = Steps::of(reachable(repo), repo);
    let parts = Steps::of(documents.all().iter().filter(|document| is_own(document)), repo);
    let finding = if reachable.is_whole(repo, kind) {
        reachable.whole(kind)
    } else if reachable.says_something() {
        reachable.partly(repo)
    } else if parts.is_whole(repo, kind) {
        let place = parts.places();
        Finding::partly(
            SIGNAL,
            format!("Only the README of a part says how to run it ({}).", listed(parts.texts(), 2)),
            Evidence::or_absence(place, repo.head()),
        )
    } else if parts.says_something() {
        parts.partly(repo)
    } else if let Some((document, line)) = in_words(repo) {
        Finding::partly(
            SIGNAL,
            format!("{} says in words how to run it, without a command that can be copied.", document.path),
            document.at(repo, line),
        )
    } else if let Some((document, heading)) = elsewhere(repo) {
        let summary = format!(
            "{} sends the reader to a page outside of the repository for how to run it: \"{}\".",
            document.path,
            heading.text.trim()
        );
        Finding::partly(SIGNAL, summary, document.at(repo, heading.line))
    } else if let Some((document, command)) = prepares_data(repo) {
        Finding::partly(
            SIGNAL,
            format!("{} says how to prepare the data (`{}`), but not how to start it.", document.path, command.text),
            document.at(repo, command.line),
        )
    } else if matches!(kind, Kind::Notebook) || (kind == Kind::StaticSite && !repo.stack().has(Ecosystem::Npm)) {
        return Finding::not_applicable(SIGNAL, "It is opened, not run.");
    } else {
        let auxiliary = documents.commands().find(|(_, command)| command.is(Purpose::Auxiliary));
        let (summary, place) = match auxiliary {
            Some((document, command)) => (
                format!(
                    "{} says how to start something that the project needs (`{}`), but not how to start the project.",
                    document.path, command.text
                ),
                document.at(repo, command.line),
            ),
            None if kind == Kind::Library => {
                (format!("{} does not say how to install or use it.", first.path), first.place(repo))
            }
            None => (format!("{} has no command that installs or starts the project.", first.path), first.place(repo)),
        };
        Finding::not_met(SIGNAL, summary, place).remedy(format!(
            "Add to {} the commands, from a fresh clone to a running project, in the order in which they are typed.",
            first.path
        ))
    };
    let texts = |purpose: fn(&Command) -> bool| -> Vec<Value> {
        let mut texts: Vec<&str> = documents
            .commands()
            .filter(|(_, command)| purpose(command))
            .map(|(_, command)| command.text.as_str())
            .collect();
        texts.sort_unstable();
        texts.dedup();
        texts.into_iter().take(10).map(Value::from).collect()
    };
    finding.fact("install", texts(prepares)).fact("start", texts(Command::starts))
}

/// The commands that prepare the project and those that start it.
struct Steps<'repo> {
    repo: &'repo Snapshot,
    prepare: Vec<(&'repo Document, &'repo Command)>,
    start: Vec<(&'repo Document, &'repo Command)>,
    /// Steps on the way that can't be done, because what they refer to is not there.
    broken: Vec<(&'repo Document, &'repo Command)>,
    /// A section on how to use it, with code in it.
    usage: Option<(&'repo Document, u32)>,
}

fn prepares(command: &Command) -> bool {
    command.is(Purpose::Install) || command.is(Purpose::Build)
}

impl<'repo> Steps<'repo> {
    fn of(documents: impl Iterator<Item = &'repo Document>, repo: &'repo Snapshot) -> Self {
        let mut steps = Steps { repo, prepare: Vec::new(), start: Vec::new(), broken: Vec::new(), usage: None };
        for document in documents {
            for command in &document.commands {
                if command.starts() {
                    steps.start.push((document, command));
                }
                if prepares(command) {
                    steps.prepare.push((document, command));
                }
            }
            steps.broken.extend(broken(document).map(|command| (document, command)));
            let usage = document
                .headings
                .iter()
                .filter(|heading| heading.topics.iter().any(|topic| matches!(topic, Topic::Usage | Topic::Setup)));
            for heading in usage {
                let end = document.section_end(heading);
                let has_code =
                    document.code.iter().any(|line| line.starts && line.line > heading.line && line.line < end);
                if has_code && document.role != Role::Package {
                    steps.usage.get_or_insert((document, heading.line));
                }
            }
        }
        // What works comes before what refers to something that is gone.
        steps.start.sort_by_key(|(_, command)| (command.missing.is_some(), !command.is(Purpose::StartWhole)));
        steps.prepare.sort_by_key(|(_, command)| command.missing.is_some());
        steps
    }

    fn says_something(&self) -> bool {
        !self.start.is_empty() || !self.prepare.is_empty()
    }

    /// From a fresh clone to a running project.
    fn is_whole(&self, repo: &Snapshot, kind: Kind) -> bool {
        let works = |commands: &[(&Document, &Command)]| commands.iter().any(|(_, command)| command.missing.is_none());
        match kind {
            Kind::Library | Kind::CommandLine if works(&self.prepare) || self.usage.is_some() => true,
            Kind::Notebook if works(&self.prepare) => true,
            _ => {
                let whole =
                    self.start.iter().any(|(_, command)| command.missing.is_none() && command.is(Purpose::StartWhole));
                whole || (works(&self.start) && (works(&self.prepare) || !needs_packages(repo)))
            }
        }
    }

    /// What is said where install and start are there: met, unless a step is left out without which it can't work.
    fn whole(&self, kind: Kind) -> Finding {
        // A library's or a tool's reader has a program of their own.
        if matches!(kind, Kind::Library | Kind::CommandLine) {
            return self.met("");
        }
        if let Some((document, command)) = self.broken.first().filter(|_| kind != Kind::Notebook) {
            let summary = format!(
                "{} says how to {}, but a step on the way, `{}`, refers to a {}, which does not exist.",
                self.path(),
                self.how(),
                command.text,
                command.missing.as_deref().unwrap_or_default(),
            );
            let places = self.places().into_iter().chain([document.at(self.repo, command.line)]);
            return Finding::partly(SIGNAL, summary, Evidence::or_absence(places, self.repo.head()))
                .remedy(format!("Correct the step `{}` in {}, or take it out.", command.text, document.path));
        }
        if let Some((place, command)) = database_left_out(self.repo).filter(|_| kind != Kind::Notebook) {
            let summary = format!(
                "{} says how to {}, but nothing that is written down or started makes the database, without which the \
                 migrations have nothing to work on.",
                self.path(),
                self.how(),
            );
            let places = self.places().into_iter().chain([place]);
            return Finding::partly(SIGNAL, summary, Evidence::or_absence(places, self.repo.head()))
                .remedy(format!("Add the command that makes the database to {}, such as `{command}`.", self.path()));
        }
        if let Some((migrator, command)) = left_out(self.repo).filter(|_| kind != Kind::Notebook) {
            let summary = format!(
                "{} says how to {}, but nothing that is written down or started applies the migrations in {} ({}), \
                 without which the database has no tables.",
                self.path(),
                self.how(),
                migrator.path,
                migrator.tool,
            );
            let places = self.places().into_iter().chain([migrator.place]);
            return Finding::partly(SIGNAL, summary, Evidence::or_absence(places, self.repo.head())).remedy(format!(
                "Add the command that applies the migrations to {}, such as `{command}`.",
                self.path()
            ));
        }
        let demanded: Vec<&Variable> = Environment::of(self.repo).demanded().collect();
        if let Some(first) = demanded.first().filter(|_| kind != Kind::Notebook) {
            let names = listed(demanded.iter().map(|variable| variable.name.as_str()), 3);
            let are = if demanded.len() == 1 { "is" } else { "are" };
            let summary = format!(
                "{} says how to {}, but {names}, without which it does not start, {are} named nowhere.",
                self.path(),
                self.how(),
            );
            let spots = first.places.iter().take(1).map(|spot| spot.place(self.repo));
            let places = self.places().into_iter().chain(spots);
            return Finding::partly(SIGNAL, summary, Evidence::or_absence(places, self.repo.head()))
                .remedy(format!("Name {names} in {} or in an example file, with a harmless value.", self.path()));
        }
        self.met(&self.missing())
    }

    /// `missing` is a sentence about what commands refer to that is not there. What a library's or a tool's reader is to
    /// make, such as the file of an example, is not missing.
    fn met(&self, missing: &str) -> Finding {
        let summary = format!("{} says how to run it: {}.{missing}", self.path(), self.how());
        Finding::met(SIGNAL, summary, Evidence::or_absence(self.places(), self.repo.head()))
    }

    /// The document that says how to run it.
    fn path(&self) -> String {
        self.places().first().map_or_else(String::new, |place| place.path.clone())
    }

    fn how(&self) -> String {
        match (self.start.first(), self.prepare.first(), self.usage) {
            (Some((_, start)), _, _) if start.is(Purpose::StartWhole) => format!("start it with `{}`", start.text),
            (Some((_, start)), Some((_, prepare)), _) if prepare.text != start.text => {
                format!("prepare it with `{}`, start it with `{}`", prepare.text, start.text)
            }
            (Some((_, start)), _, _) => format!("start it with `{}`", start.text),
            (None, Some((_, prepare)), _) => format!("install it with `{}`", prepare.text),
            (None, None, _) => "it shows how to use it".to_owned(),
        }
    }

    fn partly(&self, repo: &Snapshot) -> Finding {
        let missing = self.missing();
        let works = |commands: &[(&Document, &Command)]| commands.iter().any(|(_, command)| command.missing.is_none());
        let summary = match (self.start.first(), self.prepare.first()) {
            (Some((_, start)), _) if !works(&self.start) => {
                format!("`{}` is to start it, but does not fit.", start.text)
            }
            (Some((_, start)), None) => {
                format!("`{}` starts it, but nothing says how to install what it needs.", start.text)
            }
            (Some((_, start)), Some(_)) => format!("`{}` starts it, but the way there does not fit.", start.text),
            (None, Some((_, prepare))) => format!("`{}` prepares it, but nothing says how to start it.", prepare.text),
            (None, None) => "How to run it is said in part.".to_owned(),
        };
        Finding::partly(SIGNAL, format!("{summary}{missing}"), Evidence::or_absence(self.places(), repo.head()))
    }

    /// A sentence about what commands refer to that is not there; empty if there is nothing.
    fn missing(&self) -> String {
        let mut missing: Vec<&str> =
            self.start.iter().chain(&self.prepare).filter_map(|(_, command)| command.missing.as_deref()).collect();
        missing.sort_unstable();
        missing.dedup();
        match missing.as_slice() {
            [] => String::new(),
            [one] => format!(" It refers to a {one}, which does not exist."),
            [one, rest @ ..] => {
                format!(" It refers to a {one}, which does not exist, and {} more of that kind.", rest.len())
            }
        }
    }

    fn texts(&self) -> impl Iterator<Item = &'repo str> {
        self.start.iter().chain(&self.prepare).map(|(_, command)| command.text.as_str())
    }

    /// The first of each kind, then what is missing.
    fn places(&self) -> Vec<crate::Place> {
        let missing = self.start.iter().chain(&self.prepare).filter(|(_, command)| command.missing.is_some());
        let mut places: Vec<crate::Place> = self
            .start
            .iter()
            .take(2)
            .chain(self.prepare.iter().take(1))
            .chain(missing.take(2))
            .map(|(document, command)| document.at(self.repo, command.line))
            .collect();
        if places.is_empty() {
            places.extend(self.usage.map(|(document, line)| document.at(self.repo, line)));
        }
        let mut seen = Vec::new();
        places.retain(|place| {
            !seen.contains(place) && {
                seen.push(place.clone());
                true
            }
        });
        places
    }
}

/// Whether the code needs packages that have to be fetched before an interpreter can start it.
fn needs_packages(repo: &Snapshot) -> bool {
    repo.stack().dependencies().iter().any(|dependency| {
        matches!(dependency.ecosystem, Ecosystem::Npm | Ecosystem::Python | Ecosystem::Ruby | Ecosystem::Php)
            && dependency.name != "php"
            && dependency.name != "python"
    })
}

/// A command that brings the database up to date.
fn prepares_data(repo: &Snapshot) -> Option<(&Document, &Command)> {
    reachable(repo)
        .flat_map(|document| document.commands.iter().map(move |command| (document, command)))
        .find(|(_, command)| command.is(Purpose::Migrate) && command.missing.is_none())
}

/// A heading about setting it up that is a link itself, or has nothing below it but a sentence with one.
fn elsewhere(repo: &Snapshot) -> Option<(&Document, &Heading)> {
    const SHORT: usize = 200;
    // What is to be installed is linked as well: only a link that is called so tells how.
    static GUIDE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)\[[^\]!]*\b(wiki|guide|instructions|quick ?-?start|getting started|installation|set-?up|how to)\b[^\]]*\]\(https?://|\[[^\]!]*\]\(https?://[^)]*/wiki\b")
            .expect("a fixed pattern")
    });
    let leads_out = |line: &str| GUIDE.is_match(line) && !line.contains("//localhost") && !line.contains("//127.0.0.1");
    reachable(repo).filter(|document| !present::is_assignment(document)).find_map(|document| {
        let lines: Vec<&str> = repo.text(&document.path)?.lines().collect();
        let about = document.headings.iter().filter(|heading| {
            heading.level > 1 && heading.topics.iter().any(|topic| matches!(topic, Topic::Setup | Topic::Run))
        });
        let mut about = about.filter(|heading| {
            let end = (document.section_end(heading) as usize - 1).min(lines.len());
            let section = &lines[(heading.line as usize - 1).min(end)..end];
            let length: usize = document.section(heading).map(|line| line.text.chars().count()).sum();
            section.first().is_some_and(|first| leads_out(first))
                || length <= SHORT && section.iter().any(|line| leads_out(line))
        });
        about.next().map(|heading| (document, heading))
    })
}

/// A sentence that tells how to run it, in a README that is not the assignment.
fn in_words(repo: &Snapshot) -> Option<(&Document, u32)> {
    // What the project needs is something else than the project.
    static NEEDS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)\b(minio|postgres\w*|mysql|mariadb|mongo\w*|redis|rabbitmq|kafka|elasticsearch)\b")
            .expect("a fixed pattern")
    });
    static WORDS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(concat!(
            r"(?i)\b(run|start|launch|open|import|execute|press|hit)\b.{0,50}\b(application|app|project|server|solution|api|service|program|main|f5|index\.html|visual studio|vs ?code|intellij|eclipse|xampp|wamp|tomcat)\b",
            r"|\b(install|download)\b.{0,30}\b(sdk|runtime|dependenc|node|python|docker|jdk|requirements)",
            r"|\b(rode|rodar|execute|executar|inicie|iniciar|suba|abra|abrir|importe)\b.{0,50}\b(aplica[çc][ãa]o|projeto|servidor|api|visual studio|docker|intellij)\b",
            r"|\b(ejecut\w+|inici\w+|abr[ae]\w*|arranc\w+|levant\w+)\b.{0,50}\b(aplicaci[óo]n|proyecto|servidor|api)\b",
            r"|\b(lanc\w+|démarr\w+|exécut\w+)\b.{0,50}\b(application|projet|serveur|api)\b",
            r"|\b(start\w*|öffne\w*|ausführ\w*)\b.{0,50}\b(anwendung|projekt|server)\b",
            r"|\b(avvia\w*|esegu\w*)\b.{0,50}\b(applicazione|progetto|server)\b",
            r"|(запуст|запуска)\w*.{0,50}(приложени|проект|сервер)",
            r"|(运行|启动|执行|啟動|執行).{0,20}(项目|服务|程序|应用|專案|服務|类|函数|方法|main)",
            r"|(実行|起動)(する|して|します)|(실행|구동)(합니다|하세요|한다)",
        ))
        .expect("a fixed pattern")
    });
    // "Clone it and up docker-compose."
    static COMPOSE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(concat!(
            r"(?i)\b(run|start|launch|up)\s+(the\s+|with\s+|via\s+|by\s+|using\s+)?docker[ -]?compose\b",
            r"|\bdocker[ -]?compose\b.{0,20}\b(run|start|launch|up)\b"
        ))
        .expect("a fixed pattern")
    });
    let has_compose = repo.tree().own_texts().any(|(file, _)| {
        let name = file.name();
        name.ends_with("ml") && (name.starts_with("docker-compose") || name.starts_with("compose."))
    });
    let says = |text: &str| (WORDS.is_match(text) || has_compose && COMPOSE.is_match(text)) && !NEEDS.is_match(text);
    reachable(repo).filter(|document| document.role == Role::Readme && !present::is_assignment(document)).find_map(
        |document| {
            let line = document.prose.iter().find(|line| line.text.len() < 2000 && says(&line.text))?;
            Some((document, line.line))
        },
    )
}

#[cfg(test)]
mod tests;
