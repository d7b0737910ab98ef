//! An examination made by hand, for the tests of the renderers: good, bad, silent and hostile.

use foliolens_analyzers::brief::{Answered, Checked, Ground};
use foliolens_analyzers::grade::Grade;
use foliolens_analyzers::interview::Prompt;
use foliolens_analyzers::kinds::Kind;
use foliolens_analyzers::run::{Area, Examination};
use foliolens_analyzers::snapshot::{LanguageShare, Skipped};
use foliolens_analyzers::{AreaMeta, Effort, Evidence, Finding, Place, SignalMeta};
use gix::ObjectId;
use serde_json::json;

use super::{Disclosure, Origin, Report, Style, Web};

/// Text that does harm wherever it is not escaped.
pub(super) const HOSTILE: &str = "<img src=x> [x](javascript:1) @everyone #1 \u{1b}[31m\u{202e}| `a` ``` <!-- section 9 x --> </details> https://a.example";

pub(super) fn head() -> ObjectId {
    commit('a')
}

fn commit(digit: char) -> ObjectId {
    ObjectId::from_hex(digit.to_string().repeat(40).as_bytes()).expect("forty hex digits")
}

macro_rules! areas {
    ($($name:ident $id:literal $title:literal [$($signal:literal $effort:ident),*]),* $(,)?) => {
        $(static $name: AreaMeta = AreaMeta {
            id: $id,
            title: $title,
            question: "What is it like?",
            signals: &[$(SignalMeta {
                id: $signal,
                statement: "It is as it should be",
                looks_at: "Everything.",
                why: "It matters.",
                remedy: "Make it so.",
                effort: Effort::$effort,
                dispute: "Say so.",
            }),*],
        };)*
    };
}

areas! {
    COMMITS "commits" "Commits" ["commits.focused" Medium, "commits.messages" Low],
    README "readme" "README" ["readme.setup" Low, "readme.environment" Low],
    TESTS "tests" "Tests" ["tests.exist" High, "tests.in-ci" Low],
    SECRETS "secrets" "Secrets" ["secrets.head" Medium, "secrets.history" Medium],
    API "api" "API" ["api.versioned" Medium],
}

/// A repository with something of everything.
pub(super) fn examination() -> Examination {
    let areas = vec![
        Area {
            meta: &COMMITS,
            grade: Grade::Strong,
            findings: vec![
                Finding::met(
                    "commits.focused",
                    "92 % of 120 commits touch five files or fewer",
                    Place::commit(commit('b')),
                )
                .fact("eligible", 120),
                Finding::partly(
                    "commits.messages",
                    "18 of 120 subjects are vague, such as `fix`",
                    Place::commit(head()),
                )
                .indicative(),
            ],
        },
        Area {
            meta: &README,
            grade: Grade::Adequate,
            findings: vec![
                Finding::met(
                    "readme.setup",
                    "It says how to run the project",
                    Place::lines(head(), "README.md", 12, 30),
                ),
                Finding::not_met(
                    "readme.environment",
                    "3 of 9 variables that the code reads are documented nowhere: `A`, `B`, `C`",
                    Evidence::of((1..=7).map(|line| Place::lines(head(), "src/settings.py", line, line)))
                        .expect("seven places"),
                )
                .fact("missing", json!(["A", "B", "C"]))
                .remedy("Add A, B and C to `.env.example`."),
            ],
        },
        Area {
            meta: &TESTS,
            grade: Grade::Weak,
            findings: vec![
                Finding::not_met("tests.exist", "No test was found in 40 files", Evidence::absence(head())),
                Finding::not_applicable("tests.in-ci", "There are no tests to run"),
            ],
        },
        Area {
            meta: &SECRETS,
            grade: Grade::Weak,
            findings: vec![
                Finding::met("secrets.head", "No credential in 40 files", Evidence::absence(head())),
                Finding::not_met(
                    "secrets.history",
                    "1 live-looking credential in the history: a key in config/prod.env line 3.",
                    Place::lines(commit('c'), "config/prod.env", 3, 3),
                )
                .fact(
                    "findings",
                    json!([{"rule": "aws-access-key", "state": "history", "class": "production", "fingerprint": "f00d",
                            "commit": commit('c').to_string(), "path": "config/prod.env", "line": 3}]),
                ),
            ],
        },
        Area {
            meta: &API,
            grade: Grade::NotApplicable,
            findings: vec![Finding::not_applicable("api.versioned", "There is no HTTP API")],
        },
    ];
    Examination {
        head: head(),
        root: Some(commit('1')),
        branch: Some("main".to_owned()),
        commits: 123,
        authors: 1,
        dated: Some((1_700_000_000, 1_702_000_000)),
        kinds: vec![Kind::HttpApi],
        languages: vec![LanguageShare { name: "Python".to_owned(), bytes: 830, share: 0.83 }],
        frameworks: vec!["FastAPI".to_owned()],
        complete: false,
        skipped: vec![Skipped { what: "blob", why: "larger than 1 MiB".to_owned(), count: 3, incomplete: true }],
        areas,
        own: Vec::new(),
        brief: None,
        counted: None,
        red_flags: vec!["secrets.history", "tests.exist"],
        prompts: vec![
            Prompt {
                id: "webhook.route",
                names: [("route", "/webhooks/pay".to_owned())].into(),
                places: vec![Place::lines(head(), "src/hooks.py", 7, 9)],
            },
            Prompt {
                id: "key.gone",
                names: [("kind", "an AWS access key".to_owned())].into(),
                places: vec![Place::file(commit('c'), "config/prod.env")],
            },
        ],
    }
}

/// A trial with one item of each outcome that readers see.
pub(super) fn trial() -> Report {
    let place = || Place::lines(head(), "tasks.py", 4, 4);
    let item = |name: &str, found: Finding| Checked {
        name: name.to_owned(),
        outcome: found.outcome(),
        confidence: found.confidence(),
        rests_on: vec![Ground { signal: found.signal().to_owned(), own: None, finding: found }],
    };
    let items = vec![
        item("A background task", Finding::met("trial.task", "There is one background task (RQ).", place())),
        item("Tests <b>", Finding::partly("tests.exist", "There is a scaffold.", place())),
        item("A README", Finding::not_met("readme.present", "There is none.", Evidence::absence(head()))),
        item("A schema", Finding::not_assessable("database.migrations", "It could not be read.")),
    ];
    let brief = Some(Answered {
        counted: "Only the work after the commit that was given last (1234567) counts: 3 commits.".to_owned(),
        items,
    });
    Report::new(&Examination { brief, ..examination() }, &origin())
}

/// The same with hostile text wherever a repository has a say.
pub(super) fn hostile() -> Report {
    let mut examination = examination();
    examination.branch = Some(HOSTILE.to_owned());
    examination.languages[0].name = HOSTILE.to_owned();
    examination.frameworks = vec![HOSTILE.to_owned()];
    examination.areas[0].findings = vec![
        Finding::met("commits.focused", HOSTILE, Place::lines(head(), HOSTILE, 1, 2)),
        Finding::not_met("commits.messages", HOSTILE, Place::file(head(), HOSTILE)).remedy(HOSTILE),
    ];
    examination.prompts[0].names = [("route", HOSTILE.to_owned())].into();
    examination.prompts[0].places = vec![Place::file(head(), HOSTILE)];
    examination.skipped[0].why = HOSTILE.to_owned();
    let origin = Origin { name: None, label: HOSTILE.to_owned(), note: Some(HOSTILE.to_owned()), ..origin() };
    Report::new(&examination, &origin)
}

pub(super) fn origin() -> Origin {
    Origin {
        name: Some("ana/shop".to_owned()),
        label: "./shop".to_owned(),
        web: Web::of_remote("https://github.com/ana/shop"),
        config_hash: "sha256:0".to_owned(),
        note: Some("HEAD of ./shop; uncommitted changes are not looked at".to_owned()),
    }
}

pub(super) fn report() -> Report {
    Report::new(&examination(), &origin())
}

/// A repository without commits worth a word, nowhere on the web.
pub(super) fn bare() -> Report {
    let examination = Examination {
        areas: Vec::new(),
        red_flags: Vec::new(),
        prompts: Vec::new(),
        branch: None,
        languages: Vec::new(),
        frameworks: Vec::new(),
        skipped: Vec::new(),
        complete: true,
        commits: 1,
        ..examination()
    };
    Report::new(&examination, &Origin { label: "./bare".to_owned(), ..Origin::default() })
}

pub(super) fn style() -> Style {
    Style { width: 80, color: false, unicode: true, verbose: false, disclosure: Disclosure::Private }
}
