//! `foliolens.toml` on GitHub: of an organisation (in its repository `.github`) and of a repository (in its folder
//! `.github`).
//!
//! Read key by key: all that is wrong is said at once, and one wrong key does not undo the others.

use std::collections::BTreeMap;

use foliolens_analyzers::brief::Item;
use foliolens_analyzers::code::own::OwnSignal;
use foliolens_analyzers::rubric::Rubric;
use foliolens_analyzers::secrets::{FingerprintKey, Scanner};
use serde::de::{DeserializeOwned, IntoDeserializer};
use serde::{Deserialize, Serialize};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::flags::{Area, Only, Profile};
use super::suppress::Suppress;
use crate::github::repositories::Permission;

/// What a file asks for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Wishes {
    /// What repositories are reviewed as.
    pub profile: Option<Profile>,
    /// The areas to report on; those of the organisation's own as long as nobody has looked at its rules.
    pub areas: Option<Vec<Only>>,
    /// How much signals weigh.
    pub weights: Option<BTreeMap<String, u32>>,
    /// What one must be allowed to do in the repository to ask.
    pub ask: Option<Permission>,
    /// What is reviewed without being asked for.
    pub review_on: Option<Vec<Occasion>>,
    /// Whether public repositories are reviewed that have not installed the app.
    pub public_targets: Option<bool>,
    /// How long everything is kept; never longer than whoever runs the app keeps it.
    pub retention_days: Option<u64>,
    /// Files with rules of the organisation's own, in its repository `.github`.
    pub rules: Option<Vec<String>>,
    /// What a trial asks for.
    pub brief: Option<Vec<Item>>,
    /// Keys that repositories and comments may not set.
    pub lock: Vec<Key>,
    /// Findings that need no action.
    pub suppress: Vec<Suppress>,
    /// What could not be read, each as a sentence.
    pub wrong: Vec<String>,
}

/// What is reviewed without being asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Occasion {
    /// A push to the default branch.
    Push,
}

/// A key of the file that may be locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "each is the field of that name")]
pub enum Key {
    Profile,
    Areas,
    Weights,
    Ask,
    ReviewOn,
    PublicTargets,
    Brief,
    Suppress,
}

impl Key {
    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Key::Profile => "profile",
            Key::Areas => "areas",
            Key::Weights => "weights",
            Key::Ask => "ask",
            Key::ReviewOn => "review_on",
            Key::PublicTargets => "public_targets",
            Key::Brief => "brief",
            Key::Suppress => "suppress",
        }
    }
}

/// Whose file it is, which says what may stand in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// The organisation's: everything.
    Organisation,
    /// The repository's in which somebody asks: everything but what is about the whole organisation.
    Repository,
    /// The repository's that is under review: what needs no action, and nothing else.
    Candidate,
}

const KEYS: [&str; 11] = [
    "profile",
    "areas",
    "weights",
    "ask",
    "review_on",
    "public_targets",
    "retention_days",
    "rules",
    "brief",
    "lock",
    "suppress",
];
/// What is reviewed without being asked for is said by no repository: it is the one under review then.
const ORGANISATION_ONLY: [&str; 4] = ["review_on", "retention_days", "rules", "lock"];
/// Nobody writes more settings than that.
pub const LARGEST: usize = 64 << 10;
const MOST_RULE_FILES: usize = 20;
const HEAVIEST: u32 = 10;
/// What is wrong with a file, no reader wants to see more of.
const MOST_WRONG: usize = 10;

impl Wishes {
    /// Reads the text of the file `name`.
    pub fn read(text: &str, whose: Whose, name: &str) -> Self {
        if text.len() > LARGEST {
            return Wishes::too_large(name);
        }
        let mut wishes = Wishes::default();
        match DeTable::parse(text) {
            Ok(table) => {
                for (key, value) in table.into_inner() {
                    let at = key.span().start;
                    if let Err((why, at)) = wishes.take(key.get_ref(), value, whose, at) {
                        wishes.wrong.push(format!("{name}, line {}: {why}", line(text, at)));
                    }
                }
            }
            Err(error) => {
                let at = error.span().map_or(0, |span| span.start);
                wishes
                    .wrong
                    .push(format!("{name}, line {}: this is not TOML, so nothing in it is read.", line(text, at)));
            }
        }
        let more = wishes.wrong.len().saturating_sub(MOST_WRONG);
        wishes.wrong.truncate(MOST_WRONG);
        if more > 0 {
            wishes.wrong.push(format!("{name}: {more} more mistakes are not listed."));
        }
        wishes.wrong = wishes.wrong.iter().map(|sentence| masked(sentence)).collect();
        wishes
    }

    /// What the file `name` asks for, which has more than [`LARGEST`] bytes: nothing.
    pub fn too_large(name: &str) -> Self {
        let why = format!("{name} is not read: it is larger than {} KiB.", LARGEST >> 10);
        Wishes { wrong: vec![why], ..Wishes::default() }
    }

    /// The same of one that GitHub does not let the app read.
    pub fn forbidden(name: &str) -> Self {
        let why = format!("{name} is not read: GitHub does not let the app read it, so nothing is reviewed here.");
        Wishes { wrong: vec![why], ..Wishes::default() }
    }

    /// Looks whether the areas, and the signals of the brief, are ours or the organisation's `own`; of what the file `name`
    /// says, they are not followed otherwise.
    pub fn know(&mut self, own: &[OwnSignal], name: &str) {
        if let Some(Err(why)) = self.brief.clone().map(|items| super::brief::known(items, own)) {
            self.wrong.push(masked(&format!("{name}: `brief` is not followed: {why}")));
            self.brief = None;
        }
        let is_own = |area: &str| own.iter().any(|signal| signal.area == area);
        let unknown = self.areas.iter().flatten().find_map(|area| match area {
            Only::Own(area) if !is_own(area) => Some(area.clone()),
            _ => None,
        });
        if let Some(unknown) = unknown
            && let Err(why) = unknown.parse::<Area>()
        {
            self.wrong.push(masked(&format!("{name}: `areas`: `{}`: {why}.", shown(&unknown))));
            self.areas = None;
        }
    }

    fn take(&mut self, key: &str, value: Spanned<DeValue<'_>>, whose: Whose, at: usize) -> Result<(), (String, usize)> {
        if !KEYS.contains(&key) {
            let meant = super::nearest(key, KEYS).first().map(|near| format!("did you mean `{near}`?"));
            let meant = meant.unwrap_or_else(|| format!("there are {}.", KEYS.join(", ")));
            return Err((format!("there is no setting `{}`; {meant}", shown(key)), at));
        }
        match whose {
            Whose::Candidate if key != "suppress" => {
                let why = format!("`{key}` is not read here: the repository under review may only suppress findings.");
                return Err((why, at));
            }
            Whose::Repository if ORGANISATION_ONLY.contains(&key) => {
                return Err((format!("`{key}` is not read here: it is set for the whole organisation."), at));
            }
            _ => {}
        }
        match key {
            "profile" => self.profile = Some(taken(key, value, at)?),
            "areas" => self.areas = Some(taken(key, value, at)?),
            "weights" => self.weights = Some(weights(taken(key, value, at)?).map_err(|why| (why, at))?),
            "ask" => self.ask = Some(taken(key, value, at)?),
            "review_on" => self.review_on = Some(taken(key, value, at)?),
            "public_targets" => self.public_targets = Some(taken(key, value, at)?),
            "retention_days" => {
                let days: u64 = taken(key, value, at)?;
                let is_one = (1..=3_650).contains(&days).then_some(days);
                self.retention_days =
                    Some(is_one.ok_or_else(|| ("`retention_days` is a number from 1 to 3650.".to_owned(), at))?);
            }
            "rules" => {
                let files: Vec<String> = taken(key, value, at)?;
                if files.len() > MOST_RULE_FILES || !files.iter().all(|file| is_path(file)) {
                    let why = format!(
                        "`rules` names up to {MOST_RULE_FILES} files of this repository, such as \"rules/logging.yml\"."
                    );
                    return Err((why, at));
                }
                self.rules = Some(files);
            }
            "brief" => {
                let items = super::brief::checked(taken(key, value, at)?);
                self.brief = Some(items.map_err(|why| (format!("`brief` is not followed: {why}"), at))?);
            }
            "lock" => self.lock = taken(key, value, at)?,
            _ => self.suppressions(value)?,
        }
        Ok(())
    }

    /// Each entry by itself, so that a wrong one does not undo the others.
    fn suppressions(&mut self, value: Spanned<DeValue<'_>>) -> Result<(), (String, usize)> {
        let at = value.span().start;
        let DeValue::Array(entries) = value.into_inner() else {
            return Err(("`suppress` is written [[suppress]].".to_owned(), at));
        };
        let mut first = Ok(());
        for entry in entries {
            match taken("suppress", entry, at) {
                Ok(entry) => self.suppress.push(entry),
                Err(wrong) if first.is_ok() => first = Err(wrong),
                Err(_) => {}
            }
        }
        first
    }
}

fn taken<T: DeserializeOwned>(key: &str, value: Spanned<DeValue<'_>>, at: usize) -> Result<T, (String, usize)> {
    T::deserialize(value.into_deserializer()).map_err(|error| {
        let message = error.message().lines().next().unwrap_or_default().trim_end_matches('.').to_owned();
        (format!("`{key}`: {message}."), error.span().map_or(at, |span| span.start))
    })
}

fn weights(weights: BTreeMap<String, u32>) -> Result<BTreeMap<String, u32>, String> {
    let rubric = Rubric::built_in();
    match weights.iter().find(|(signal, weight)| !rubric.weights.contains_key(*signal) || **weight > HEAVIEST) {
        None => Ok(weights),
        Some((signal, weight)) if *weight > HEAVIEST => {
            Err(format!("`{}` weighs 0 to {HEAVIEST}, so no weight is changed.", shown(signal)))
        }
        Some((signal, _)) => {
            let near = super::nearest(signal, rubric.weights.keys().map(String::as_str));
            let near = near.first().map(|near| format!(" Did you mean `{near}`?")).unwrap_or_default();
            Err(format!("there is no signal `{}` to weigh, so no weight is changed.{near}", shown(signal)))
        }
    }
}

/// A path within the repository, of the letters that go into an address as they are.
fn is_path(path: &str) -> bool {
    (1..=200).contains(&path.len())
        && path.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_' | b'.' | b'/'))
        && path.split('/').all(|part| !part.is_empty() && part != "." && part != "..")
}

fn line(text: &str, at: usize) -> usize {
    text.as_bytes()[..at.min(text.len())].iter().filter(|byte| **byte == b'\n').count() + 1
}

/// A key as it was written, as far as anyone wants to read it.
fn shown(key: &str) -> String {
    key.chars().filter(|c| !c.is_control() && *c != '`').take(40).collect()
}

/// Whatever stands in a file, nothing that looks like a live credential is repeated, and nothing breaks a line.
pub fn masked(sentence: &str) -> String {
    let redacted = Scanner::for_texts(1, FingerprintKey::default()).redact(sentence.as_bytes()).text;
    let shown = redacted.map_or_else(|| sentence.to_owned(), |bytes| String::from_utf8_lossy(&bytes).into_owned());
    shown.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use foliolens_analyzers::code::own::OwnFile;
    use foliolens_analyzers::own;

    use super::*;

    fn read(text: &str, whose: Whose) -> Wishes {
        Wishes::read(text, whose, "foliolens.toml")
    }

    /// One rule of the organisation's own, `acme.no-print`.
    fn rules() -> Vec<OwnSignal> {
        let text = "id: acme.no-print\nlanguage: Python\nrule: {pattern: print($$$)}\nmetadata: {statement: It does not print, remedy: Log.}\n";
        let file = OwnFile { name: "rules.yml".to_owned(), text: text.to_owned() };
        own::read(&[file]).expect("sound").signals().to_vec()
    }

    #[test]
    fn an_organisation_may_set_everything() {
        let wishes = read(
            "profile = \"trial\"\nareas = [\"tests\"]\nask = \"admin\"\nreview_on = [\"push\"]\npublic_targets = false\n\
             retention_days = 30\nrules = [\"rules/a.yml\"]\nlock = [\"profile\", \"review_on\"]\n\
             [weights]\n\"tests.exist\" = 5\n[[suppress]]\nsignal = \"tests.in-ci\"\nreason = \"elsewhere\"\n",
            Whose::Organisation,
        );
        assert_eq!(wishes.wrong, Vec::<String>::new());
        assert_eq!(wishes.profile, Some(Profile::Trial));
        assert_eq!(wishes.lock, [Key::Profile, Key::ReviewOn]);
        assert_eq!(wishes.review_on, Some(vec![Occasion::Push]));
        assert_eq!((wishes.ask, wishes.retention_days), (Some(Permission::Admin), Some(30)));
        assert_eq!(wishes.weights.expect("set").get("tests.exist"), Some(&5));
        assert_eq!(wishes.suppress.len(), 1);
    }

    #[test]
    fn everything_that_is_wrong_is_said_and_the_rest_is_read() {
        let text = "profile = \"trial\"\nprofil = 1\nask = \"god\"\nretention_days = 0\nrules = [\"../x\"]\n\
                    weights = { \"tests.exists\" = 1 }\n[[suppress]]\nreason = \"accepted\"\n";
        let wishes = read(text, Whose::Organisation);
        assert_eq!(wishes.profile, Some(Profile::Trial));
        assert_eq!(wishes.wrong.len(), 6, "{:#?}", wishes.wrong);
        let said = wishes.wrong.join("\n");
        for part in ["line 2: there is no setting `profil`; did you mean `profile`?", "line 3: `ask`", "`tests.exist`?"]
        {
            assert!(said.contains(part), "{part}: {said}");
        }
        assert!(wishes.wrong.iter().all(|sentence| sentence.ends_with(['.', '?'])), "{said}");
    }

    #[test]
    fn a_brief_names_signals_that_there_are() {
        let text = "[[brief]]\nname = \"A task that is retried\"\nsignals = [\"trial.task\"]\n";
        assert_eq!(read(text, Whose::Organisation).brief.expect("read")[0].name, "A task that is retried");
        let mut wrong = read(&text.replace("trial.task", "trial.tusk"), Whose::Organisation);
        wrong.know(&[], "foliolens.toml");
        assert_eq!(
            (wrong.brief, wrong.wrong),
            (
                None,
                vec![
                    "foliolens.toml: `brief` is not followed: `A task that is retried` of the brief names `trial.tusk`, which is no signal. Did you mean `trial.task`?".to_owned()
                ]
            )
        );
        let mut own = read(&text.replace("trial.task", "acme.no-print"), Whose::Organisation);
        own.know(&rules(), "foliolens.toml");
        assert_eq!((own.brief.map(|brief| brief.len()), own.wrong.len()), (Some(1), 0));
        assert_eq!(read(text, Whose::Candidate).brief, None);
    }

    #[test]
    fn an_area_is_ours_or_one_that_the_rules_make() {
        let mut wishes = read("areas = [\"readme\", \"acme\"]", Whose::Organisation);
        wishes.know(&rules(), "foliolens.toml");
        assert_eq!((wishes.areas.as_ref().map(Vec::len), wishes.wrong.len()), (Some(2), 0));
        wishes.know(&[], "foliolens.toml");
        assert_eq!(wishes.areas, None);
        assert!(wishes.wrong[0].starts_with("foliolens.toml: `areas`: `acme`: there is no such area"), "{wishes:?}");
    }

    #[test]
    fn the_repository_under_review_may_only_suppress() {
        let text = "areas = [\"readme\"]\n[weights]\n\"tests.exist\" = 0\n\
                    [[suppress]]\nsignal = \"tests.exist\"\nreason = \"elsewhere\"\n";
        let wishes = read(text, Whose::Candidate);
        assert_eq!((wishes.areas, wishes.weights, wishes.suppress.len()), (None, None, 1));
        assert_eq!(wishes.wrong.len(), 2);
        let wishes = read("lock = []\nrules = []\nreview_on = [\"push\"]", Whose::Repository);
        assert_eq!((wishes.wrong.len(), wishes.review_on), (3, None));
    }

    #[test]
    fn what_is_hostile_is_a_sentence() {
        let deep = format!("x = {}", "[".repeat(30_000));
        for text in ["\u{0}", "= =", &deep, &"x".repeat(70_000), "suppress = 1", "[suppress]\na = 1", "lock = 7"] {
            assert_eq!(read(text, Whose::Organisation).wrong.len(), 1, "{}", text.get(..20).unwrap_or(text));
        }
        let token = format!("ghp_{}", "k7Qz9Lw2Xv8Rt4Yp6Nb3Mc1Jh5Gd0aW2eS5u");
        let said = read(&format!("{token} = 1"), Whose::Candidate).wrong.join("");
        assert!(!said.contains(&token[4..30]), "{said}");
        let said = read("areas = [\"re\\u0007ad\tme\"]", Whose::Organisation).wrong.join("");
        assert!(said.contains("`re ad me`") && !said.contains(char::is_control), "{said:?}");
        let many: String = (0..50).map(|number| format!("a{number} = 1\n")).collect();
        assert_eq!(read(&many, Whose::Candidate).wrong.len(), MOST_WRONG + 1);
    }
}
