//! Files that hold credentials by nature: what was ever committed, and what it held.

use std::collections::{BTreeMap, BTreeSet};

use gix::ObjectId;
use serde_json::{Value, json};

use super::nature::{Nature, by_name};
use super::opinion::Weight;
use super::own_keys::{self, Opens};
use super::place::{self, Class};
use super::surroundings::Surroundings;
use super::traces::State;
use crate::paths;
use crate::secrets::{By, Hit, Judgement, Tier, rule};
use crate::snapshot::{Blob, BlobId, PathId};
use crate::{Evidence, Finding, Place, Snapshot};

const SIGNAL: &str = "secrets.files";
const MOST_LISTED: usize = 200;
const MOST_PLACES: usize = 20;

/// A passphrase is no longer; what is so is a program that prints one.
const MOST_OF_A_LINE: u64 = 100;

/// What to do about a file that holds nothing of worth, before somebody fills it in.
const WITHOUT_VALUES: &str = "If the file is still there, take it out and leave an example with the names only. Add its \
    name to `.gitignore`, so that nobody saves it again with real values. `git rm --cached` takes it out of the \
    repository and leaves it on the machine.";

/// How much it counts that a file was committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Holds {
    Credentials,
    Possible,
    Defaults,
    Data,
    Nothing,
}

impl Holds {
    fn word(self) -> &'static str {
        match self {
            Holds::Credentials => "credentials",
            Holds::Possible => "possible",
            Holds::Defaults => "defaults",
            Holds::Data => "data",
            Holds::Nothing => "nothing",
        }
    }
}

struct Committed<'repo> {
    path: &'repo str,
    nature: Nature,
    holds: Holds,
    state: State,
    first: usize,
    removed: Option<usize>,
}

pub(super) fn examine(repo: &Snapshot) -> Finding {
    let (mut files, given): (Vec<_>, Vec<_>) =
        committed(repo).into_iter().partition(|file| repo.history().since().is_none() || is_candidates(repo, file));
    files.sort_by_key(|file| (file.holds, file.state, file.path));
    let of = |holds| files.iter().filter(|file| file.holds == holds).collect::<Vec<_>>();
    let (bad, possible) = (of(Holds::Credentials), of(Holds::Possible));
    let (defaults, data) = (of(Holds::Defaults), of(Holds::Data));
    let clean = of(Holds::Nothing).len();
    let other =
        if bad.is_empty() && possible.is_empty() && defaults.is_empty() && data.is_empty() { "" } else { "other " };
    let said = match clean {
        0 => String::new(),
        1 => format!(
            " 1 {other}such file was committed ({}), but nothing that is known as a password or key was found in it.",
            of(Holds::Nothing)[0].path
        ),
        many => format!(
            " {many} {other}such files were committed, but nothing that is known as a password or key was found in them."
        ),
    };
    let given = given.iter().find(|file| file.holds != Holds::Nothing);
    let given =
        given.map(|file| format!(" {} was there before the candidate's work, so it is not counted.", file.path));
    let clean_ones = said + &given.unwrap_or_default();
    let finding = if !bad.is_empty() {
        let more = match possible.len() + defaults.len() + data.len() {
            0 => String::new(),
            1 => " 1 more holds only defaults for one's own machine, or data.".to_owned(),
            more => format!(" {more} more hold only defaults for one's own machine, or data."),
        };
        let summary = format!(
            "{} committed that {} passwords or keys: {}. Make those worthless first.{more}",
            were(bad.len()),
            if bad.len() == 1 { "holds" } else { "hold" },
            listing(&bad)
        );
        Finding::not_met(SIGNAL, summary, evidence(repo, &bad))
    } else if !possible.is_empty() {
        let summary = format!(
            "Please look: {} committed, with something in {} that may be a password or key: {}.{clean_ones}",
            were(possible.len()),
            if possible.len() == 1 { "it" } else { "each" },
            listing(&possible)
        );
        Finding::partly(SIGNAL, summary, evidence(repo, &possible)).indicative()
    } else if !defaults.is_empty() {
        let summary = format!(
            "{} committed that {} made for secrets, though nothing in {} opens anything elsewhere: {}. What was found \
             are defaults for one's own machine, stand-ins, or keys that are locked or for one machine only.{clean_ones}",
            were(defaults.len()),
            if defaults.len() == 1 { "is" } else { "are" },
            if defaults.len() == 1 { "it" } else { "them" },
            listing(&defaults)
        );
        Finding::partly(SIGNAL, summary, evidence(repo, &defaults)).remedy(WITHOUT_VALUES)
    } else if !data.is_empty() {
        let summary = format!(
            "Please look: {} committed that may hold people's data: {}. Sample data is fine, a copy of a real database \
             is not.{clean_ones}",
            were(data.len()),
            listing(&data)
        );
        Finding::partly(SIGNAL, summary, evidence(repo, &data)).indicative()
    } else {
        let all = match repo.history().paths.len() {
            1 => "the only file that there ever was".to_owned(),
            many => format!("the {many} files that there ever were"),
        };
        let summary = match clean {
            0 => format!(
                "No file made to hold secrets was ever committed: no .env with a known kind of key, no private key, no \
                 store of keys and no copy of a database, among {all}.{clean_ones}"
            ),
            _ => format!("No file made to hold secrets was found to hold any, among {all}.{clean_ones}"),
        };
        Finding::met(SIGNAL, summary, Evidence::absence(repo.head()))
    };
    let names: BTreeSet<&str> = files.iter().take(MOST_LISTED).map(|file| file.path).collect();
    let listed: Vec<Value> = files.iter().take(MOST_LISTED).map(|file| entry(repo, file)).collect();
    finding.fact("files", names.into_iter().collect::<Vec<_>>()).fact("found", listed)
}

/// Whether a file came with the candidate's commits, not with what they were given.
fn is_candidates(repo: &Snapshot, file: &Committed<'_>) -> bool {
    repo.history().commits().get(file.first).is_none_or(|commit| commit.is_since)
}

/// Every file that was ever committed and is such a file.
fn committed(repo: &Snapshot) -> Vec<Committed<'_>> {
    let history = repo.history();
    let surroundings = Surroundings::of(repo);
    let nature = |path: &str| {
        let environment = || surroundings.is_environment_file(path).then_some(Nature::Environment);
        by_name(path).or_else(environment)
    };
    let named: BTreeMap<PathId, Nature> = history
        .paths
        .iter()
        .enumerate()
        .filter_map(|(index, path)| Some((PathId(index as u32), nature(path)?)))
        .collect();
    let told: BTreeMap<BlobId, Nature> =
        history.blobs().filter_map(|(id, blob)| Some((id, by_content(blob)?))).collect();
    if named.is_empty() && told.is_empty() {
        return Vec::new();
    }
    let mut versions: BTreeMap<PathId, (usize, bool, BTreeSet<BlobId>, Option<usize>)> = BTreeMap::new();
    for (index, commit) in history.commits().iter().enumerate() {
        for change in &commit.changes {
            let is_told = change.new.is_some_and(|blob| told.contains_key(&blob));
            if !is_told && !named.contains_key(&change.path) {
                continue;
            }
            let entry = versions.entry(change.path).or_insert((index, false, BTreeSet::new(), None));
            match change.new {
                Some(blob) => {
                    entry.0 = index;
                    entry.1 |= commit.on_default_branch;
                    entry.2.insert(blob);
                }
                None if commit.on_default_branch => {
                    entry.3.get_or_insert(index);
                }
                None => {}
            }
        }
    }
    versions
        .into_iter()
        .filter_map(|(id, (first, on_default_branch, blobs, removed))| {
            let path = history.path(id);
            let content = || blobs.iter().find_map(|blob| told.get(blob));
            let nature = named.get(&id).or_else(content).copied().unwrap_or(Nature::Data);
            let holds =
                blobs.iter().filter_map(|blob| holds(&surroundings, nature, path, history.blob(*blob))).min()?;
            let state = match (repo.tree().get(path), on_default_branch) {
                (Some(_), _) => State::Head,
                (None, true) => State::History,
                (None, false) => State::Ref,
            };
            let removed = removed.filter(|_| state == State::History);
            Some(Committed { path, nature, holds, state, first, removed })
        })
        .collect()
}

/// The rules that say what a file is and find nothing in it that anybody could use.
const TELLING: &[&str] = &[own_keys::CERTIFICATE, RESOURCES, SENSITIVE, KEYSTORE];
const RESOURCES: &str = "terraform-resources";
const SENSITIVE: &str = "terraform-sensitive-attributes";
const KEYSTORE: &str = "pkcs12-keystore";
const DER_KEY: &str = "der-private-key";

/// What a file is by its content: a keystore, a key, an account for services, a dump with rows or a database.
fn by_content(blob: &Blob) -> Option<Nature> {
    let said = [(KEYSTORE, Nature::Keystore), (DER_KEY, Nature::Key), ("gcp-service-account", Nature::Configuration)];
    let said = said.into_iter().find_map(|(rule, nature)| has(blob, rule).then_some(nature));
    said.or_else(|| is_data(blob).then_some(Nature::Data))
}

fn has(blob: &Blob, rule: &str) -> bool {
    blob.hits.iter().any(|hit| hit.rule == rule)
}

/// A dump with rows or a database, by its content.
fn is_data(blob: &Blob) -> bool {
    let marks_data = |hit: &Hit| rule(hit.rule).is_some_and(|rule| rule.tier == Tier::Marker);
    blob.hits.iter().any(|hit| marks_data(hit) && !TELLING.contains(&hit.rule))
}

/// What one version of a file held; `None` if it is not what its name says.
fn holds(surroundings: &Surroundings<'_>, nature: Nature, path: &str, blob: &Blob) -> Option<Holds> {
    let (class, _) = place::class(path);
    let credentials = || {
        let credential = |hit: &&Hit| rule(hit.rule).is_some_and(|rule| rule.tier != Tier::Marker);
        let is_asked_for = |hit: &&Hit| surroundings.suppressed(hit).is_none_or(|said| said.by == By::Owner);
        blob.hits.iter().filter(credential).filter(is_asked_for)
    };
    // What the repository says of itself takes nothing away.
    let weight = |hit: &Hit| {
        let weight = surroundings.alone(path, hit).weight;
        if surroundings.suppressed(hit).is_some() { weight.max(Weight::Possible) } else { weight }
    };
    let keys = || credentials().filter(|hit| hit.rule.ends_with("private-key"));
    let found = match nature {
        Nature::Environment | Nature::Configuration | Nature::Typed => match credentials().map(weight).min() {
            Some(Weight::Live) => Some(Holds::Credentials),
            Some(Weight::Possible) => Some(Holds::Possible),
            Some(_) if nature != Nature::Typed => Some(Holds::Defaults),
            None if nature == Nature::Configuration => None,
            _ => Some(Holds::Nothing),
        },
        Nature::Key if keys().next().is_some() && surroundings.keys.opens(path).is_some() => {
            // That a database's own files were committed is said of the others.
            let is_databases = surroundings.keys.opens(path) == Some(Opens::OwnDatabase);
            Some(if is_databases { Holds::Nothing } else { Holds::Defaults })
        }
        // Without the lines that begin and end others, and perhaps encrypted.
        Nature::Key if keys().next().is_none() && path.ends_with(".pk8") => {
            (blob.binary && blob.size > 0).then_some(Holds::Possible)
        }
        Nature::Key if keys().all(|hit| matches!(hit.judgement, Judgement::Encrypted | Judgement::Locked)) => {
            keys().next().map(|_| Holds::Defaults)
        }
        Nature::Key if keys().all(|hit| surroundings.suppressed(hit).is_some()) => Some(Holds::Possible),
        Nature::Key => Some(Holds::Credentials),
        Nature::State if has(blob, SENSITIVE) => Some(Holds::Credentials),
        Nature::State => Some(match credentials().map(weight).min() {
            Some(Weight::Live) => Holds::Credentials,
            Some(Weight::Possible) => Holds::Possible,
            // Addresses and settings of what runs; after `terraform destroy` there are none.
            _ if has(blob, RESOURCES) => Holds::Possible,
            _ => Holds::Nothing,
        }),
        Nature::Credentials => (blob.size > 1).then_some(Holds::Credentials),
        Nature::Passphrase => (2..=MOST_OF_A_LINE).contains(&blob.size).then_some(Holds::Credentials),
        Nature::Keystore if paths::name(path).contains("debug") || paths::name(path).contains("trust") => {
            Some(Holds::Nothing)
        }
        // Its name does not say that somebody's key is in it.
        Nature::Keystore if by_name(path).is_none() => has(blob, KEYSTORE).then_some(Holds::Possible),
        Nature::Keystore => Some(Holds::Credentials),
        Nature::Data => (is_data(blob) && !is_of_an_editor(path)).then_some(Holds::Data),
        Nature::DataFolder => (blob.size > 0).then_some(Holds::Data),
    };
    // What tests, examples and vendored code bring along is only named.
    found.map(|holds| if class == Class::Production { holds } else { Holds::Nothing })
}

/// What an editor keeps for itself, and drawings: an index of the code is nobody's data.
fn is_of_an_editor(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    lower.ends_with(".sketch")
        || lower.ends_with(".fig")
        || path.split('/').any(|part| matches!(part, ".vs" | ".vscode" | ".idea" | ".fleet" | ".history"))
}

fn were(number: usize) -> String {
    if number == 1 { "1 file was".to_owned() } else { format!("{number} files were") }
}

fn listing(files: &[&Committed<'_>]) -> String {
    const MOST: usize = 3;
    let mut listed: Vec<String> = files
        .iter()
        .take(MOST)
        .map(|file| match file.state {
            State::Head => file.path.to_owned(),
            State::History => format!("{} (deleted since, but still in the history)", file.path),
            State::Ref => format!("{} (only in another branch or a tag)", file.path),
        })
        .collect();
    if files.len() > MOST {
        listed.push(format!("and {} more", files.len() - MOST));
    }
    listed.join(", ")
}

fn evidence(repo: &Snapshot, files: &[&Committed<'_>]) -> Evidence {
    let places = files.iter().take(MOST_PLACES).map(|file| {
        let commit = if file.state == State::Head { repo.head() } else { repo.history().commits()[file.first].id };
        Place::file(commit, file.path)
    });
    Evidence::or_absence(places, repo.head())
}

fn entry(repo: &Snapshot, file: &Committed<'_>) -> Value {
    let id = |index: usize| -> ObjectId { repo.history().commits()[index].id };
    json!({
        "path": file.path,
        "kind": file.nature.word(),
        "holds": file.holds.word(),
        "state": file.state.word(),
        "class": place::class(file.path).0.word(),
        "first_commit": id(file.first).to_string(),
        "removed_in": file.removed.map(|index| id(index).to_string()),
    })
}
