//! `readme.present`

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::leading_kind;
use crate::documents::{Document, Documents, PSEUDO_LEVEL, Purpose, pattern};
use crate::kinds::Kind;
use crate::{Evidence, Finding, Snapshot};

const SIGNAL: &str = "readme.present";

/// Shorter than this says that there is a project, not what it is.
const SHORT: usize = 300;

/// Not even that.
const BARE: usize = 40;

pub(super) fn examine(repo: &Snapshot) -> Finding {
    if leading_kind(repo) == Kind::Empty {
        return Finding::not_applicable(SIGNAL, "The repository is empty.");
    }
    let Some(readme) = Documents::of(repo).readme() else {
        if let Some(path) = Documents::unreadable_readme(repo) {
            return Finding::not_assessable(SIGNAL, format!("There is {path}, but its text could not be read."));
        }
        return Finding::not_met(
            SIGNAL,
            "Nothing says what it is or how to use it: there is no README in the main folder, in .github/ or in \
             docs/.",
            Evidence::absence(repo.head()),
        );
    };
    let size = size(readme);
    let sections = readme.headings.iter().filter(|heading| heading.level < PSEUDO_LEVEL).count();
    let place = readme.place(repo);
    let finding = if let Some(generator) = boilerplate(readme) {
        Finding::not_met(
            SIGNAL,
            format!("{} is still the text that {generator} writes into every new project.", readme.path),
            place,
        )
    } else if is_assignment(readme) {
        Finding::not_met(
            SIGNAL,
            format!("{} reads as the task that was given, and says nothing about this solution.", readme.path),
            place,
        )
        .indicative()
        .remedy("Put a few lines about your solution above the task: what you built, how to run it, how to test it.")
    } else if size < BARE {
        Finding::not_met(SIGNAL, format!("{} has little more than a title ({size} characters).", readme.path), place)
    } else if size < SHORT {
        Finding::partly(SIGNAL, format!("{} is short: {size} characters besides its headings.", readme.path), place)
    } else {
        let sections = match sections {
            0 => String::new(),
            1 => "1 heading and ".to_owned(),
            count => format!("{count} headings and "),
        };
        Finding::met(
            SIGNAL,
            format!(
                "{} says more than a title: it has {sections}{size} characters of text and \
            commands.",
                readme.path
            ),
            place,
        )
    };
    finding.fact("file", readme.path.clone()).fact("characters", size as u64).fact("headings", sections as u64)
}

/// Characters of prose and code; a character of a script without letters carries about as much as three letters.
fn size(readme: &Document) -> usize {
    let weigh = |text: &str| text.trim().chars().map(|c| if c >= '\u{3040}' { 3 } else { 1 }).sum::<usize>();
    let code = readme.code.iter().filter(|line| line.starts);
    readme.prose.iter().chain(code).map(|line| weigh(&line.text)).sum()
}

/// A sentence of what a generator writes, how much prose that has at most, and the generator.
#[rustfmt::skip]
const BOILERPLATE: &[(&str, usize, &str)] = &[
    ("This project was bootstrapped with Create React App", 3500, "Create React App"),
    ("Getting Started with Create React App", 3500, "Create React App"),
    // Its guide used to be the README, on more pages than anybody writes.
    ("You can find the most recent version of this guide here", usize::MAX, "Create React App"),
    ("project bootstrapped with create-next-app", 1800, "create-next-app"),
    ("Nest framework TypeScript starter repository", 3000, "the Nest CLI"),
    ("template provides a minimal setup to get React working in Vite", 1800, "Vite"),
    ("template should help get you started developing with", 1800, "Vite"),
    ("Laravel is a web application framework with expressive, elegant syntax", 6000, "Laravel"),
    ("This README would normally document whatever steps are necessary to get", 900, "Rails"),
    ("This project was generated with Angular CLI", 1800, "the Angular CLI"),
    ("This project was generated using Angular CLI", 1800, "the Angular CLI"),
    ("Look at the Nuxt 3 documentation to learn more", 900, "Nuxt"),
    ("Look at the Nuxt documentation to learn more", 900, "Nuxt"),
    ("Everything you need to build a Svelte project", 1500, "SvelteKit"),
    ("Strapi comes with a full featured Command Line Interface", 3500, "Strapi"),
    ("Ready to run in production? Please check our deployment guides", 1000, "Phoenix"),
    ("Welcome to your new Astro project", 2500, "Astro"),
    ("Welcome to Remix!", 1500, "Remix"),
    ("This is an Expo project created with create-expo-app", 2200, "Expo"),
    ("This application is generated using LoopBack 4 CLI", 2500, "the LoopBack CLI"),
    ("This project was bootstrapped with Fastify-CLI", 1200, "the Fastify CLI"),
    ("This project was created using the Ktor Project Generator", 3500, "the Ktor generator"),
    ("This project uses Quarkus, the Supersonic Subatomic Java Framework", 4000, "Quarkus"),
    ("A few resources to get you started if this is your first Flutter project", 900, "Flutter"),
    ("To make it easy for you to get started with GitLab", 7500, "GitLab"),
    ("Kick off your project with this default boilerplate", 5000, "Gatsby"),
    ("official guides and documentation: Official Apache Maven documentation", 2500, "Spring Initializr"),
    ("Use this skeleton application to quickly setup and start working on a new Slim Framework", 1800, "Slim's skeleton"),
    ("CodeIgniter is a PHP full-stack web framework that is light", 3500, "CodeIgniter"),
    ("Yii 2 Basic Project Template is a skeleton", 7000, "Yii"),
    ("This template should help get you started", 1800, "the template"),
];

pub(super) fn boilerplate(readme: &Document) -> Option<&'static str> {
    let text = plain(readme);
    let length = readme.prose_length();
    BOILERPLATE
        .iter()
        .find(|(sentence, longest, _)| length <= *longest && text.contains(sentence))
        .map(|(_, _, generator)| *generator)
}

/// Headings and prose in one line with single spaces.
fn plain(readme: &Document) -> String {
    let headings = readme.headings.iter().map(|heading| heading.text.as_str());
    let prose = readme.prose.iter().map(|line| line.text.as_str());
    let words: Vec<&str> = headings.chain(prose).flat_map(str::split_whitespace).collect();
    words.join(" ").replace(['`', '*', '[', ']'], "")
}

/// Whether the README tells somebody what to build and nobody how it was built: phrases of an assignment, no command
/// that installs, starts or tests, and no sentence in the first person.
pub(super) fn is_assignment(readme: &Document) -> bool {
    static PHRASES: LazyLock<Regex> = LazyLock::new(|| {
        // The edges of words are ASCII's: those of Unicode take ten times as long on a text that is not all ASCII.
        pattern(concat!(
            r"(?i)(?-u:\b)(take[- ]home|coding (challenge|test|exercise)|technical (challenge|test|assessment)|code challenge|programming (challenge|exercise)|back-?end (challenge|test)|hiring|interview)(?-u:\b)",
            r"|(?-u:\b)(your (task|job|goal|mission|challenge) (is|will be|here)|you('ll| will| should| must| are going to| are (asked|required|expected)) (be |to )?(build|creat|implement|develop|design|writ|add|us))",
            r"|(?-u:\b)(submit|submission|send us|when you('re| are) (done|finished)|once you('re| are) (done|finished)|fork this repo|good luck|pull request with your)",
            r"|(?-u:\b)(we('ll| will)? (are |be )?(looking for|look for(?-u:\b)|evaluat|expect|want you|would like you|assess)|evaluation criteria|we encourage you|bonus points|nice to have|acceptance criteria|feel free to use)",
            r"|(?-u:\b)(desafio|teste t[ée]cnico|você (deve|dever[áa]|ir[áa]|ser[áa] avaliado)|crit[ée]rios de avalia|o que (ser[áa]|vamos) avalia|fa[çc]a um fork|boa sorte|entrega)",
            r"|(?-u:\b)(teste para (a )?vaga|vaga de (pessoa )?desenvolvedor|crie um fork|ganha(r|m)? (mais )?pontos|pontos extras|agradecemos (a )?sua participa)",
            r"|(?-u:\b)(prueba t[ée]cnica|reto t[ée]cnico|deber[áa]s|se (evaluar[áa]|valorar[áa])|criterios de evaluaci|buena suerte|haz un fork)",
            r"|(?-u:\b)(test technique|vous devez|votre (mission|tâche)|aufgabe(nstellung)?|deine aufgabe)(?-u:\b)|тестовое задание|необходимо реализовать",
        ))
    });
    static FIRST_PERSON: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"\b(I (have|had|decided|chose|used|created|implemented|added|would|did|made|built|include[d]?|also)|I've|[Mm]y (solution|approach|implementation))\b|(?i:\b(decidi|utilizei|implementei|criei|optei|desenvolvi|minha solu)\w*)",
        )
    });
    let says_how = readme
        .commands
        .iter()
        .any(|command| command.starts() || command.is(Purpose::Install) || command.is(Purpose::Test));
    // Who tells others how to contribute is no employer.
    static OPEN: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"(?i)\b(contributing|contributions?|code of conduct|contribuindo|contribuir)\b"));
    if says_how || readme.headings.iter().any(|heading| OPEN.is_match(&heading.text)) {
        return false;
    }
    let text = plain(readme);
    let phrases: BTreeSet<String> =
        PHRASES.find_iter(&text).take(200).map(|found| found.as_str().to_lowercase()).collect();
    phrases.len() >= 3 && FIRST_PERSON.find_iter(&text).take(2).count() < 2
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Outcome;
    use crate::snapshot::fixture::Fixture;

    fn outcome(readme: &str) -> Outcome {
        examine(&Fixture::new().file("main.py", "print(1)\n").file("README.md", readme).snapshot()).outcome()
    }

    #[test]
    fn a_title_is_no_readme_and_a_short_one_is_half_of_one() {
        let prose = "This service keeps track of what people lend to each other. ".repeat(6);
        assert_eq!(outcome(&format!("# Lend\n\n{prose}\n")), Outcome::Met);
        assert_eq!(outcome("# Lend\n\nThis service keeps track of what people lend to each other.\n"), Outcome::Partly);
        assert_eq!(outcome("# Lend\n"), Outcome::NotMet);
        let without = Fixture::new().file("main.py", "print(1)\n").snapshot();
        assert_eq!(examine(&without).outcome(), Outcome::NotMet);
        assert_eq!(examine(&Fixture::new().snapshot()).outcome(), Outcome::NotApplicable);
    }

    #[test]
    fn what_a_generator_wrote_is_no_readme() {
        let generated = "This README would normally document whatever steps are necessary to get the\napplication up and running.\n\nThings you may want to cover:\n\n* Ruby version\n\n* System dependencies\n";
        assert_eq!(outcome(generated), Outcome::NotMet);
    }

    #[test]
    fn who_asks_for_contributions_is_no_employer() {
        let said = "We encourage you to open an issue. Before you submit a pull request with your change, feel free to use the forum. We look forward to it. ";
        let readme = format!("# Shop\n\n## Contributing\n\n{}\n", said.repeat(4));
        assert_eq!(outcome(&readme), Outcome::Met);
    }

    #[test]
    fn an_assignment_is_not_the_candidates_readme() {
        let assignment = "# Backend challenge\n\nYour task is to build an API for a shop. You should use any language. We will evaluate your code. When you are done, submit a link to your fork. Good luck! ".repeat(3);
        assert_eq!(outcome(&assignment), Outcome::NotMet);
        let in_portuguese = "# Teste para vaga de Desenvolvedor Back-end\n\nCriar uma API REST para um estacionamento, com CRUD de veículos e de estabelecimentos, em JSON e XML, como preferir. Criar README do projeto com as configurações para executar a aplicação.\n\n## Ganha mais pontos\n\n- Desenvolver com TDD e criar uma API de relatório com a quantidade de entrada e saída por hora.\n\nCrie um fork do teste. Agradecemos sua participação. Boa sorte!\n";
        assert_eq!(outcome(in_portuguese), Outcome::NotMet);
        assert_eq!(outcome(&format!("{assignment}\n\n## Solution\n\n    python main.py\n")), Outcome::Met);
    }
}
