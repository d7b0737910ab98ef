//! Environment variables: which ones the code reads, where, and which of them are documented.
//!
//! ```ignore
//! let environment = Environment::of(repo);
//! let undocumented: Vec<_> = environment.missing().map(|variable| &variable.name).collect();
//! ```

mod committed;
mod constants;
mod convict;
mod demanded;
mod documentation;
pub(crate) mod dotnet;
mod examples;
mod files;
mod helpers;
mod node_config;
mod prefixes;
mod reads;
pub(crate) mod settings;
mod spring;
mod standard;

use std::collections::BTreeMap;

use self::committed::Committed;
use crate::documents::{Document, Documents};
use crate::{Place, Snapshot};

/// What the code reads from the environment, and what is written about it.
#[derive(Debug, Default)]
pub struct Environment {
    variables: Vec<Variable>,
    set_aside: Vec<String>,
    example_files: Vec<String>,
    committed: Committed,
    unnamed: Option<Spot>,
}

/// An environment variable that the code reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Where it is read, in order.
    pub places: Vec<Spot>,
    /// Whether something else is used wherever it is read and not set.
    pub has_default: bool,
    /// The first place that documents it: a line of the README, of a linked document, or of an example file.
    pub documented: Option<Spot>,
    /// Whether the program does not start without it, and no file of the repository names it.
    pub is_demanded: bool,
}

impl Variable {
    /// Whether something else is used wherever it is not set: one may set it, nobody has to know of it.
    pub fn is_optional(&self) -> bool {
        self.has_default
    }

    /// Whether only compose files read it: it says how containers are started, not how the program works.
    pub fn is_of_compose(&self) -> bool {
        self.places.iter().all(|spot| files::is_compose(&spot.path))
    }

    /// Whether only configuration files read it, and each gives it a value.
    pub fn is_configured(&self) -> bool {
        self.has_default && self.places.iter().all(|spot| files::reads_environment(&spot.path))
    }
}

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// Path from the root.
    pub path: String,
    /// Line, from 1.
    pub line: u32,
}

impl Spot {
    /// As evidence.
    pub fn place(&self, repo: &Snapshot) -> Place {
        Place::lines(repo.head(), self.path.clone(), self.line, self.line)
    }
}

impl Environment {
    /// What `repo` reads and documents; found once.
    pub fn of(repo: &Snapshot) -> &Environment {
        repo.once(Self::read_from)
    }

    fn read_from(repo: &Snapshot) -> Environment {
        let mut found: BTreeMap<String, Variable> = BTreeMap::new();
        let mut set_aside = Vec::new();
        // A function of the project knows better than its name whether there is a default.
        let helped = helpers::in_code(repo);
        let mut of_rules = reads::in_code(repo);
        of_rules.retain(|(name, _, spot)| !helped.iter().any(|(known, _, at)| known == name && at == spot));
        let mut of_go = helpers::in_go(repo);
        of_go.retain(|(name, _, spot)| !of_rules.iter().any(|(known, _, at)| known == name && at == spot));
        let reads = of_rules.into_iter().chain(of_go).chain(helped).chain(files::in_configuration(repo));
        let reads = reads.chain(node_config::named(repo)).chain(convict::named(repo)).chain(spring::open(repo));
        for (name, has_default, spot) in reads {
            if standard::is_set_aside(&name, &spot, repo) {
                set_aside.push(name);
                continue;
            }
            let variable = found.entry(name.clone()).or_insert_with(|| Variable {
                name,
                places: Vec::new(),
                has_default: true,
                documented: None,
                is_demanded: false,
            });
            variable.has_default &= has_default;
            variable.places.push(spot);
        }
        for name in reads::set_defaults(repo) {
            if let Some(variable) = found.get_mut(&name) {
                variable.has_default = true;
            }
        }
        // A port that a compose file lets one change is a convenience, not something to know of.
        found.retain(|_, variable| {
            !variable.has_default || variable.places.iter().any(|spot| !files::is_compose(&spot.path))
        });
        set_aside.sort();
        set_aside.dedup();
        let examples = examples::read(repo);
        for document in Documents::of(repo).all() {
            document_names(document, &mut found);
        }
        let mut by_spelling: BTreeMap<String, Vec<&mut Variable>> = BTreeMap::new();
        for variable in found.values_mut() {
            by_spelling.entry(spelt(&variable.name)).or_default().push(variable);
        }
        for (name, spot) in examples.names {
            for variable in by_spelling.get_mut(&name).into_iter().flatten() {
                variable.documented.get_or_insert_with(|| spot.clone());
            }
        }
        documentation::document(repo, &mut found);
        let committed = committed::document(repo, &mut found);
        demanded::mark(repo, &mut found);
        let mut variables: Vec<Variable> = found.into_values().collect();
        for variable in &mut variables {
            variable.places.sort();
            variable.places.dedup();
        }
        Environment { variables, set_aside, example_files: examples.files, committed, unnamed: reads::unnamed(repo) }
    }

    /// The variables that the code reads, by name; those that the platform or a framework sets are left out.
    pub fn read(&self) -> &[Variable] {
        &self.variables
    }

    /// Those of [`read`](Self::read) that the README, a linked document or an example file names.
    pub fn documented(&self) -> impl Iterator<Item = &Variable> {
        self.variables.iter().filter(|variable| variable.documented.is_some())
    }

    /// Those of [`read`](Self::read) that nothing names.
    pub fn missing(&self) -> impl Iterator<Item = &Variable> {
        self.variables.iter().filter(|variable| variable.documented.is_none())
    }

    /// Those of [`missing`](Self::missing) without which the program does not start, and that no file names.
    pub fn demanded(&self) -> impl Iterator<Item = &Variable> {
        self.missing().filter(|variable| variable.is_demanded)
    }

    /// Example files such as `.env.example`, by path.
    pub fn example_files(&self) -> &[String] {
        &self.example_files
    }

    /// Names that only a committed `.env` shows, which the README points to: they are known, with values that may be
    /// real. Sorted.
    pub fn in_committed_file(&self) -> &[String] {
        &self.committed.pointed_to
    }

    /// Those of [`missing`](Self::missing) that a committed `.env` holds which the program loads, and where.
    pub fn in_loaded_file(&self) -> &[(String, Spot)] {
        &self.committed.loaded
    }

    /// Where a library fills the settings from variables that the code does not name.
    pub fn unnamed(&self) -> Option<&Spot> {
        self.unnamed.as_ref()
    }

    /// Names that are read but that nobody has to be told about (`PATH`, `NODE_ENV`), sorted.
    pub fn set_aside(&self) -> &[String] {
        &self.set_aside
    }
}

/// The words of a line that may be names, and those that dots or colons join: `MONGO.URI`, `Shop:SmtpServer`.
fn words(line: &str) -> impl Iterator<Item = &str> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let is_joint = |c: char| matches!(c, '.' | ':');
    let joined = line.split(move |c| !is_part(c) && !is_joint(c)).map(move |word| word.trim_matches(is_joint));
    let joined = joined.filter(move |word| word.contains(is_joint));
    line.split(move |c| !is_part(c)).chain(joined).filter(|word| !word.is_empty())
}

/// A name as it is looked up in example files, whose authors may write it in small letters, and levels as .NET does in the
/// environment (`Shop__SmtpServer`).
fn spelt(name: &str) -> String {
    spring::variable(name).unwrap_or_else(|| name.to_uppercase().replace(':', "__"))
}

/// Notes the first line of `document` that names each variable.
fn document_names(document: &Document, found: &mut BTreeMap<String, Variable>) {
    let lines = document.code.iter().chain(&document.prose).map(|line| (line.line, line.text.as_str()));
    let headings = document.headings.iter().map(|heading| (heading.line, heading.text.as_str()));
    let mut first: BTreeMap<&str, u32> = BTreeMap::new();
    for (line, text) in lines.chain(headings).filter(|(_, text)| !configures_another_container(text)) {
        for name in words(text).filter(|name| name.len() > 1) {
            let known = first.entry(name).or_insert(line);
            *known = (*known).min(line);
        }
    }
    let assigned = assigned(document);
    for (name, variable) in found.iter_mut().filter(|(_, variable)| variable.documented.is_none()) {
        let of_go = || variable.places.iter().any(|spot| spot.path.ends_with(".go"));
        let nested = || name.contains(':').then(|| first.get(&*name.replace(':', "__"))).flatten();
        let of_spring = || spring::forms(name).iter().find_map(|form| first.get(form.as_str()));
        let of_viper = || assigned.get(name).filter(|_| of_go());
        if let Some(&line) = first.get(name.as_str()).or_else(nested).or_else(of_spring).or_else(of_viper) {
            variable.documented = Some(Spot { path: document.path.clone(), line });
        }
    }
}

/// Names of a `.env` file that a document shows in small letters (`host=db`), as Go's Viper takes them, in capitals: lines
/// of a block of several such lines.
fn assigned(document: &Document) -> BTreeMap<String, u32> {
    let is_small = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    let names: Vec<(u32, &str)> = (document.code.iter())
        .filter_map(|line| Some((line.line, line.text.split_once('=')?.0)))
        .filter(|(_, name)| !name.is_empty() && name.bytes().all(|byte| byte == b'_' || byte.is_ascii_alphanumeric()))
        .collect();
    let pairs = names.windows(2).filter(|pair| pair[0].0 + 1 == pair[1].0);
    let mut assigned = BTreeMap::new();
    for (line, name) in pairs.flatten().filter(|(_, name)| name.bytes().all(is_small)) {
        assigned.entry(name.to_uppercase()).or_insert(*line);
    }
    assigned
}

/// `docker run -e POSTGRES_PASSWORD=x postgres` tells the database, not the reader, what the name is for.
fn configures_another_container(line: &str) -> bool {
    line.contains("docker run")
        && [" postgres", " mysql", " mariadb", " mongo", "rabbitmq", "minio", "mssql"]
            .iter()
            .any(|image| line.contains(image))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::fixture::Fixture;

    fn names<'a>(variables: impl Iterator<Item = &'a Variable>) -> Vec<&'a str> {
        variables.map(|variable| variable.name.as_str()).collect()
    }

    #[test]
    fn settings_in_small_letters_are_documented_by_a_block_of_them() {
        let code = "package main\n\nfunc main() { viper.SetConfigFile(\".env\"); open(viper.GetString(\"host\")) }\n";
        let is_missing = |readme: &str| {
            let repo = Fixture::new().file("main.go", code).file("README.md", readme).snapshot();
            Environment::of(&repo).missing().next().is_some()
        };
        assert!(!is_missing("# A\n\n```dotenv\nAPI_KEY=\nhost=db\n```\n"));
        assert!(is_missing("# A\n\n```sh\ncurl a\nhost=db run\n```\n"));
    }

    #[test]
    fn a_schema_says_what_is_used_instead() {
        let schema = "import { cleanEnv, str } from 'envalid';\nconst env = cleanEnv(process.env, {\n  SALT: str(),\n  API_KEY: str({ default: '' }),\n});\n";
        let repo = Fixture::new().file("env.ts", schema).snapshot();
        let of = |name: &str| Environment::of(&repo).read().iter().find(|it| it.name == name).map(|it| it.has_default);
        assert_eq!((of("SALT"), of("API_KEY")), (Some(false), Some(true)));
    }

    #[test]
    fn read_documented_and_missing() {
        let repo = Fixture::new()
            .file("app.py", "import os\na = os.environ['DATABASE_URL']\nb = os.getenv('SECRET_KEY')\nc = os.getenv('API_HOST', 'x')\np = os.getenv('PATH')\n")
            .file("README.md", "# App\n\nSet `DATABASE_URL` first.\n")
            .file(".env.example", "# secrets\nSECRET_KEY=change-me\n")
            .snapshot();
        let environment = Environment::of(&repo);
        assert_eq!(names(environment.read().iter()), ["API_HOST", "DATABASE_URL", "SECRET_KEY"]);
        assert_eq!(names(environment.missing()), ["API_HOST"]);
        assert!(environment.missing().all(|variable| variable.has_default));
        assert_eq!(environment.read()[1].documented, Some(Spot { path: "README.md".into(), line: 3 }));
        assert_eq!(environment.read()[2].documented, Some(Spot { path: ".env.example".into(), line: 2 }));
        assert_eq!(environment.example_files(), [".env.example"]);
        assert_eq!(environment.set_aside(), ["PATH"]);
    }

    #[test]
    fn php_reads_what_it_takes_from_the_environment_alone_and_says_what_is_used_instead() {
        let code = "<?php\n$a = getenv('SHOP_HOST') ?: 'x';\n$b = $_ENV['SHOP_NAME'] ?? 'x';\n$c = $_SERVER['SHOP_KEY'];\n\
                    $d = getenv('SHOP_SALT') ?: throw new Exception();\n$e = $colours['DARK_RED'] . $this->routes['GET'];\n";
        let repo = Fixture::new().file("a.php", code).snapshot();
        let read = Environment::of(&repo).read();
        let found: Vec<(&str, bool)> = read.iter().map(|it| (it.name.as_str(), it.has_default)).collect();
        assert_eq!(found, [("SHOP_HOST", true), ("SHOP_KEY", false), ("SHOP_NAME", true), ("SHOP_SALT", false)]);
    }

    #[test]
    fn dotnet_reads_names_of_properties_and_says_what_is_used_instead() {
        let read = |what: &str| format!("    string a = Environment.GetEnvironmentVariable({what};\n");
        let lines = [
            "\"SmtpServer\")",
            "\"SHOP_KEY\") ?? throw new A()",
            "\"ShopName\") ?? fallback",
            "\"ShopSalt\") ?? \"\"",
            "\"ProgramData\")",
        ];
        let code: String = lines.iter().map(|what| read(what)).collect();
        let repo = Fixture::new().file("A.cs", &format!("class A {{\n  void B() {{\n{code}  }}\n}}\n")).snapshot();
        let read = Environment::of(&repo).read();
        let found: Vec<(&str, bool)> = read.iter().map(|it| (it.name.as_str(), it.has_default)).collect();
        assert_eq!(found, [("SHOP_KEY", false), ("ShopName", true), ("ShopSalt", false), ("SmtpServer", false)]);
    }

    #[test]
    fn names_of_several_parts_and_in_small_letters_are_found_where_they_are_documented() {
        let code = "class A {\n  void B() {\n    string a = Environment.GetEnvironmentVariable(\"SmtpServer\");\n  \
                    string b = Environment.GetEnvironmentVariable(\"Shop:Sender\");\n  }\n}\n";
        let missing = |path: &str, text: &str| {
            let repo = Fixture::new().file("A.cs", code).file("README.md", "# A\n").file(path, text).snapshot();
            names(Environment::of(&repo).missing()).join(" ")
        };
        assert_eq!(missing(".env.example", "SmtpServer=localhost\nShop__Sender=a\n"), "");
        assert_eq!(missing(".env.example", "Shop:Sender=a\n"), "SmtpServer");
        assert_eq!(missing("README.md", "# A\n\nSet `SmtpServer` and Shop__Sender.\n"), "");
        let rust = "fn main() {\n    let uri = std::env::var(\"MONGO.URI\");\n}\n";
        let of_rust = |readme: &str| {
            let repo = Fixture::new().file("src/main.rs", rust).file("README.md", readme).snapshot();
            names(Environment::of(&repo).missing()).join(" ")
        };
        assert_eq!(of_rust("# A\n\nSet MONGO.URI.\n"), "");
        assert_eq!(of_rust("# A\n\nMONGO is at this URI.\n"), "MONGO.URI");
    }

    #[test]
    fn what_is_used_instead_or_only_compared_may_be_left_out() {
        let settled = |path: &str, code: &str| {
            let repo = Fixture::new().file(path, code).snapshot();
            Environment::of(&repo).read().iter().map(|it| (it.name.clone(), it.has_default)).collect::<Vec<_>>()
        };
        let named = |found: &[(&str, bool)]| found.iter().map(|(a, b)| ((*a).to_owned(), *b)).collect::<Vec<_>>();
        let code = "const a = Number(process.env.SHOP_A) || 20;\nconst b = parseInt(process.env.SHOP_B, 10) || 5;\n\
                    const c = process.env.SHOP_C ?? fallback;\nconst d = process.env.SHOP_D || '';\n\
                    const e = process.env.SHOP_E === '1';\nif (!process.env.SHOP_F || !process.env.SHOP_G) throw new Error();\n\
                    if (process.env.SHOP_H === undefined) throw new Error();\n";
        let expected = [
            ("SHOP_A", true),
            ("SHOP_B", true),
            ("SHOP_C", true),
            ("SHOP_D", false),
            ("SHOP_E", true),
            ("SHOP_F", false),
            ("SHOP_G", false),
            ("SHOP_H", false),
        ];
        assert_eq!(settled("a.ts", code), named(&expected));
        let code = "import os\na = os.getenv('SHOP_A') or 'x'\nb = os.getenv('SHOP_B') == 'True'\nc = os.environ['SHOP_C'] == '1'\n\
                    if not os.getenv('SHOP_D') or not os.getenv('SHOP_E'):\n    raise ValueError()\n";
        let expected = [("SHOP_A", true), ("SHOP_B", true), ("SHOP_C", false), ("SHOP_D", false), ("SHOP_E", false)];
        assert_eq!(settled("a.py", code), named(&expected));
        let code = "package main\n\nimport \"os\"\n\nfunc main() {\n\tif os.Getenv(\"SHOP_A\") == \"\" {\n\t\tpanic(1)\n\t}\n\
                    \tuse(os.Getenv(\"SHOP_B\") == \"on\")\n}\n";
        assert_eq!(settled("main.go", code), named(&[("SHOP_A", false), ("SHOP_B", true)]));
    }

    #[test]
    fn what_only_tests_read_is_not_asked_for() {
        let repo = Fixture::new().file("tests/test_a.py", "import os\nos.getenv('TEST_DSN')\n").snapshot();
        assert!(Environment::of(&repo).read().is_empty());
    }

    #[test]
    fn a_name_for_a_database_container_is_not_documentation() {
        let repo = Fixture::new()
            .file("app.py", "import os\nos.environ['POSTGRES_USER']\n")
            .file("README.md", "# App\n\n    docker run -e POSTGRES_USER=a postgres:16\n")
            .snapshot();
        assert_eq!(names(Environment::of(&repo).missing()), ["POSTGRES_USER"]);
    }
}
