//! Are there tests that somebody wrote?

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use super::cases::{self, Case, State};
use super::forms;
use crate::code::Language;
use crate::kinds::{self, Kind};
use crate::paths;
use crate::{Evidence, Finding, Outcome, Place, Snapshot};

pub(super) const SIGNAL: &str = "tests.exist";

/// What is said where there is no code at all.
const NO_CODE: &str = "There is no code to test.";
const NO_CODE_BUT_PROSE: &str = "There is no code to test: the repository holds prose or data.";

/// How a test talks to the HTTP API of its project: tools that are made for it.
// Without Unicode: its word boundaries are slow in files with a letter beyond ASCII.
static API_TOOL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r#"(?-u)supertest|chai-http|\brequest\(app|\bapp\.inject\(|\bTestClient\b|\btest_client\(|\bAPIClient\b|\bself\.client\.|"#,
        r#"\b(async_)?client\.(get|post|put|patch|delete)\(|\bhttptest\.|\b[mM]ockMvc\b|\b[wW]ebTestClient\b|"#,
        r#"\bTestRestTemplate\b|\bRestAssured\b|\btestApplication\b|\bWebApplicationFactory\b|type: :request|Rack::Test|"#,
        r#"(?m:^\s*(get|post|put|patch|delete)\(? ?[:"'])|->(get|post|put|patch|delete)?[jJ]son\(|"#,
        r#"->(get|post|put|patch|delete)\(['"]/|\.oneshot\(|\brun_test!|\bTestServer(::|\()|\bcall_service\(|\bnew Request\(['"`]"#
    ))
});

/// Clients for any system, which count if they call this machine.
static CLIENT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?-u)\breqwest::|\baxios[.(]|\bfetch\(|\bHttpClient\b|\bhttp\.(Get|Post|NewRequest)\b|\brequests\.(get|post|put|delete)\(",
    )
});
static THIS_MACHINE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?-u)localhost|127\.0\.0\.1|0\.0\.0\.0|(?i)\b(base_?url|app\.address|server\.address|listen|spawn_app)\b")
});

/// A verb of HTTP as a method, whoever has it.
static ASKED: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\.(?:get|post|put|patch|delete|send)\w*\("));

pub(super) fn finding(repo: &Snapshot, cases: &[Case]) -> Finding {
    let count = |state| cases.iter().filter(|case| case.state == state).count();
    let (written, scaffold) = (count(State::Written), count(State::Scaffold));
    let (off, silent) = (count(State::Off), count(State::Silent));
    let api = api_files(repo, cases);
    let finding = if written > 0 {
        let depth = if written >= repo.thresholds().tests_substantive { "substantive" } else { "some" };
        Finding::met(
            SIGNAL,
            summary_of_written(cases, &api, written, (off, silent)),
            representative(repo, cases, State::Written, &api),
        )
        .fact("depth", depth)
    } else if scaffold > 0 {
        let summary = format!(
            "The only {} what a generator made ({}); nothing here tests this project.",
            if scaffold == 1 { "test is" } else { "tests are" },
            files(cases, State::Scaffold).into_iter().collect::<Vec<_>>().join(", "),
        );
        Finding::partly(SIGNAL, summary, representative(repo, cases, State::Scaffold, &api)).fact("depth", "scaffold")
    } else if off > 0 {
        let summary = format!("{} written but switched off or empty, and no other test runs.", tests(off, "is", "are"));
        Finding::partly(SIGNAL, summary, representative(repo, cases, State::Off, &api)).fact("depth", "scaffold")
    } else if silent > 0 {
        let summary = format!(
            "{} what the program should do, and there is no other.",
            tests(silent, "runs without a check of", "run without a check of")
        );
        Finding::partly(SIGNAL, summary, representative(repo, cases, State::Silent, &api)).fact("depth", "scaffold")
    } else {
        let found = none(repo);
        let depth = if matches!(found.outcome(), Outcome::Met | Outcome::Partly) { "some" } else { "none" };
        found.fact("depth", depth)
    };
    let counted = |case: &&Case| case.state == State::Written;
    let frameworks: BTreeSet<&str> = cases.iter().map(|case| case.framework).collect();
    finding
        .fact("tests", written)
        .fact("files", cases.iter().filter(counted).map(|case| &case.path).collect::<BTreeSet<_>>().len())
        .fact("frameworks", frameworks.into_iter().collect::<Vec<_>>())
        .fact("scaffold", scaffold)
        .fact("off", off + silent)
        .fact("api_files", files(cases, State::Written).intersection(&api).count())
}

fn summary_of_written(cases: &[Case], api: &BTreeSet<&str>, written: usize, (off, silent): (usize, usize)) -> String {
    let files = files(cases, State::Written);
    let mut by_framework: BTreeMap<&str, usize> = BTreeMap::new();
    for case in cases.iter().filter(|case| case.state == State::Written) {
        *by_framework.entry(case.framework).or_default() += 1;
    }
    let mut frameworks: Vec<_> = by_framework.into_iter().collect();
    frameworks.sort_by_key(|(name, count)| (std::cmp::Reverse(*count), *name));
    let frameworks: Vec<_> = frameworks.into_iter().map(|(name, _)| name).collect();
    let api = files.intersection(api).count();
    let mut summary = format!(
        "{written} {} in {} {} ({})",
        if written == 1 { "test" } else { "tests" },
        files.len(),
        if files.len() == 1 { "file" } else { "files" },
        frameworks.join(", ")
    );
    if api > 0 {
        let which = match (api, files.len()) {
            (1, 1) => "it calls".to_owned(),
            (_, all) if api == all => "they call".to_owned(),
            _ => format!("those in {api} of them call"),
        };
        summary += &format!("; {which} the program as others would, over HTTP");
    }
    if off > 0 {
        summary += &format!(". Switched off or empty: {off} more");
    }
    if silent > 0 {
        summary += &format!(". Without a check of what the program should do: {silent} more");
    }
    summary + "."
}

/// Whether a finding of this area says that there is no code at all.
pub(crate) fn is_of_no_code(found: &Finding) -> bool {
    found.outcome() == Outcome::NotApplicable && [NO_CODE, NO_CODE_BUT_PROSE].contains(&found.summary())
}

/// Whether there is no test, in whatever form, as far as that can be known.
pub(crate) fn has_none(repo: &Snapshot) -> bool {
    mostly_parsed(repo) && cases::collect(repo).is_empty() && none(repo).outcome() == Outcome::NotMet
}

/// Whether there is no test but what a generator left.
pub(crate) fn has_no_own(repo: &Snapshot) -> bool {
    let cases = cases::collect(repo);
    has_none(repo) || !cases.is_empty() && cases.iter().all(|case| case.state == State::Scaffold)
}

/// No test function at all: is that a fault, and can it be known?
fn none(repo: &Snapshot) -> Finding {
    let kinds = kinds::detect(repo);
    let why = match kinds.first() {
        Some(Kind::Empty) => Some("The repository is empty."),
        Some(Kind::Documentation) => Some(NO_CODE_BUT_PROSE),
        Some(Kind::Dotfiles) => Some("Configuration files are not tested."),
        Some(Kind::StaticSite) => Some("A static site has no server code to test."),
        Some(Kind::Notebook) => Some("Notebooks are explorations; tests are not expected of them."),
        _ if repo.languages().is_empty() => Some(NO_CODE),
        _ => None,
    };
    if let Some(why) = why {
        return Finding::not_applicable(SIGNAL, why);
    }
    let named: Vec<&str> = repo
        .tree()
        .own_texts()
        .filter(|(file, _)| looks_like_code(&file.path) && cases::is_test_path(&file.path))
        .map(|(file, _)| file.path.as_str())
        .collect();
    if !mostly_parsed(repo) {
        let language = repo.languages().first().map_or("this language", |share| share.name.as_str());
        return match named.first() {
            Some(_) => Finding::met(
                SIGNAL,
                format!(
                    "There seem to be tests: {} {} named as tests are, and those in {language} are not counted one by \
                     one.",
                    named.len(),
                    if named.len() == 1 { "file is" } else { "files are" }
                ),
                Evidence::or_absence(named.iter().take(3).map(|path| Place::file(repo.head(), *path)), repo.head()),
            )
            .indicative(),
            None => forms::finding(repo).unwrap_or_else(|| {
                let summary = format!(
                    "No tests were found: no file is named as tests are, and those in {language} are \
                    not counted one by one."
                );
                Finding::not_met(SIGNAL, summary, Evidence::absence(repo.head())).indicative()
            }),
        };
    }
    let unknown: Vec<&str> =
        named.iter().copied().filter(|path| repo.text(path).is_some_and(checks_something)).collect();
    if !unknown.is_empty() {
        let summary = format!(
            "There seem to be tests: {} named as tests are and {} what the code does, but in a form that is not known \
             here, so they are not counted one by one.",
            if unknown.len() == 1 { "1 file is".to_owned() } else { format!("{} files are", unknown.len()) },
            if unknown.len() == 1 { "checks" } else { "check" },
        );
        let places = unknown.iter().take(3).map(|path| Place::file(repo.head(), *path));
        return Finding::met(SIGNAL, summary, Evidence::or_absence(places, repo.head())).indicative();
    }
    if let Some(finding) = forms::finding(repo) {
        return finding;
    }
    let stubs: Vec<&str> = named.into_iter().filter(|path| is_stub(path, repo)).collect();
    let mut summary = "No automated test was found in any file".to_owned();
    if let Some(first) = stubs.first() {
        summary += &format!(
            "; {} {} named like a test but {} none ({first})",
            stubs.len(),
            if stubs.len() == 1 { "file is" } else { "files are" },
            if stubs.len() == 1 { "holds" } else { "hold" }
        );
    }
    if let Some(collection) = forms::requests(repo) {
        summary += &format!("; {collection} holds requests, and nothing that says what they should answer");
    }
    Finding::not_met(
        SIGNAL,
        summary + ".",
        Evidence::or_absence(stubs.iter().take(3).map(|path| Place::file(repo.head(), *path)), repo.head()),
    )
}

/// Whether a text compares something with what it should be, outside of comments and imports.
fn checks_something(text: &str) -> bool {
    static CHECK: LazyLock<Regex> = LazyLock::new(|| {
        pattern(concat!(
            r"(?-u)\b(assert\w*|expect\w*|should\w*|verify\w*)\s*[({<]|\bshould(Be|Equal|Have|Throw)\w*\b|^\s*assert |",
            // Assertions by method, and those of what a test is handed: `assert.equal(a, b)`, `t.deepEqual(a, b)`.
            r"\b(assert\w*|should)(\.\w+)+\(|\b(t|tap|test)\.([nN]ot)?([dD]eep|[sS]trict|[lL]oose)?([eE]quals?|[sS]ame|is|ok|throws)\(",
        ))
    });
    let is_code = |line: &str| {
        !["//", "#", "*", "/*", "import ", "use ", "using ", "from "].iter().any(|start| line.starts_with(start))
    };
    text.lines().map(str::trim_start).any(|line| is_code(line) && CHECK.is_match(line))
}

/// Files that are named as tests, by the name alone or because nothing but comments and imports is in them.
fn is_stub(path: &str, repo: &Snapshot) -> bool {
    let lower = paths::name(path).to_ascii_lowercase();
    let named = ["test_", "tests."].iter().any(|start| lower.starts_with(start))
        || ["_test.", ".test.", ".spec.", "_spec.", "test.java", "test.kt", "test.php", "tests.cs"]
            .iter()
            .any(|part| lower.contains(part));
    named && repo.text(path).is_some()
}

fn looks_like_code(path: &str) -> bool {
    Language::of(path).is_some()
        || [
            ".ex", ".exs", ".scala", ".swift", ".dart", ".clj", ".hs", ".cpp", ".cc", ".c", ".fs", ".groovy", ".pl",
            ".erl", ".lua", ".jl", ".zig", ".sh",
        ]
        .iter()
        .any(|extension| path.ends_with(extension))
}

/// Languages whose tests are counted.
const PARSED: &[&str] =
    &["C#", "Go", "Java", "JavaScript", "Kotlin", "PHP", "Python", "Ruby", "Rust", "TypeScript", "TSX"];
/// Markup, styles and scripts of the build say nothing about the language of the project.
const BESIDE: &[&str] = &[
    "HTML",
    "CSS",
    "SCSS",
    "Less",
    "Sass",
    "Shell",
    "Dockerfile",
    "Makefile",
    "Batchfile",
    "PowerShell",
    "Vue",
    "Svelte",
    "EJS",
    "Pug",
    "Blade",
    "Twig",
    "Handlebars",
    "Jinja",
    "HCL",
    "PLpgSQL",
    "TSQL",
    "SQL",
    "Mako",
    "Procfile",
    "Smarty",
    "Haml",
    "Slim",
];

/// The language of most of the code, where that is none that is parsed.
pub(crate) fn unread_language(repo: &Snapshot) -> Option<&str> {
    let mut others = repo.languages().iter().map(|language| language.name.as_str());
    let other = others.find(|name| !PARSED.contains(name) && !BESIDE.contains(name))?;
    (other != "Jupyter Notebook" && !mostly_parsed(repo)).then_some(other)
}

/// Whether most of the code is in languages whose tests are counted.
fn mostly_parsed(repo: &Snapshot) -> bool {
    let share = |names: &[&str]| -> f64 {
        repo.languages()
            .iter()
            .filter(|language| names.contains(&language.name.as_str()))
            .map(|language| language.share)
            .sum()
    };
    let beside = share(BESIDE);
    share(PARSED) >= (1.0 - beside) / 2.0
}

/// Up to three tests from different files, those of the API first.
fn representative(repo: &Snapshot, cases: &[Case], state: State, api: &BTreeSet<&str>) -> Evidence {
    let mut firsts: Vec<&Case> = Vec::new();
    for case in cases.iter().filter(|case| case.state == state) {
        if firsts.last().is_none_or(|last| last.path != case.path) {
            firsts.push(case);
        }
    }
    firsts.sort_by_key(|case| (!api.contains(&*case.path), &case.path));
    Evidence::or_absence(firsts.into_iter().take(3).map(|case| case.place(repo)), repo.head())
}

/// The files whose tests go over HTTP.
fn api_files<'a>(repo: &Snapshot, cases: &'a [Case]) -> BTreeSet<&'a str> {
    let paths: BTreeSet<&str> = cases.iter().map(|case| case.path.as_str()).collect();
    let touches = |text: &str| API_TOOL.is_match(text) || CLIENT.is_match(text) && THIS_MACHINE.is_match(text);
    let helpers = repo.tree().own_texts().filter(|(file, text)| {
        Language::of(&file.path).is_some()
            && cases::is_test_path(&file.path)
            && !paths.contains(file.path.as_str())
            && touches(text)
    });
    let helpers: Vec<(Option<Language>, &str)> =
        helpers.map(|(file, _)| (Language::of(&file.path), module(&file.path))).collect();
    let is_helped = |path: &str, text: &str| {
        helpers.iter().any(|(language, name)| *language == Language::of(path) && speaks_through(text, *language, name))
    };
    let is_over_http = |path: &&str| repo.text(path).is_some_and(|text| touches(text) || is_helped(path, text));
    paths.iter().copied().filter(is_over_http).collect()
}

/// What others call the file at `path`: its own name, or that of its folder where it speaks for it.
fn module(path: &str) -> &str {
    let stem = paths::name(path).split('.').next().unwrap_or_default();
    if matches!(stem, "index" | "mod" | "lib" | "__init__") { paths::name(paths::folder(path)) } else { stem }
}

/// Whether a test names the helper `name`, which talks to the program over HTTP, and asks it for something.
fn speaks_through(text: &str, language: Option<Language>, name: &str) -> bool {
    // Where files are not imported by their name it is that of a class.
    let by_class = matches!(language, Some(Language::CSharp | Language::Java | Language::Kotlin | Language::Php));
    let is_word = |line: &str| line.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name);
    let imports = |line: &str| {
        let line = line.trim_start();
        by_class
            || ["import ", "from ", "use ", "mod ", "pub mod "].iter().any(|word| line.starts_with(word))
            || line.contains("require(")
            || line.contains(" from ")
    };
    let asks = || language == Some(Language::Rust) || ASKED.is_match(text);
    name.len() > 3 && text.contains(name) && text.lines().any(|line| imports(line) && is_word(line)) && asks()
}

fn files(cases: &[Case], state: State) -> BTreeSet<&str> {
    cases.iter().filter(|case| case.state == state).map(|case| case.path.as_str()).collect()
}

fn tests(count: usize, one: &str, many: &str) -> String {
    if count == 1 { format!("1 test {one}") } else { format!("{count} tests {many}") }
}
