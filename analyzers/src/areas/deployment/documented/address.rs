//! Links to the running program, and words for the host that it runs with.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::{Match, Regex};

use crate::Snapshot;
use crate::documents::{Document, pattern};

/// Longer lines are tables and lists of badges.
const LONGEST: usize = 400;

/// Where hosts give an address to what somebody runs with them.
const OF_HOSTS: &[&str] = &[
    ".herokuapp.com",
    ".fly.dev",
    ".onrender.com",
    ".railway.app",
    ".azurewebsites.net",
    ".azurecontainerapps.io",
    ".cloudapp.azure.com",
    ".appspot.com",
    ".run.app",
    ".pythonanywhere.com",
    ".elasticbeanstalk.com",
    ".compute.amazonaws.com",
    ".elb.amazonaws.com",
    ".cyclic.app",
    ".koyeb.app",
    ".ondigitalocean.app",
    ".000webhostapp.com",
    ".zeabur.app",
    ".replit.app",
    ".glitch.me",
];

/// Where films, pictures, code and documentation are, also of this project; and what stands for an address.
const OTHERS: &[&str] = &[
    "github.com",
    "github.io",
    "githubusercontent.com",
    "gitlab.com",
    "bitbucket.org",
    "shields.io",
    "youtube.com",
    "youtu.be",
    "vimeo.com",
    "loom.com",
    "streamable.com",
    "asciinema.org",
    "imgur.com",
    "giphy.com",
    "gyazo.com",
    "google.com",
    "figma.com",
    "notion.site",
    "medium.com",
    "linkedin.com",
    "twitter.com",
    "npmjs.com",
    "pypi.org",
    "docker.com",
    "readthedocs.io",
    "readthedocs.org",
    "swagger.io",
    "getpostman.com",
    "postman.com",
    "insomnia.rest",
    "wikipedia.org",
    "stackoverflow.com",
    "microsoft.com",
    "amazon.com",
    "w3.org",
    "netlify.app",
    "realworld.io",
    "example.com",
    "example.org",
    "example.net",
    "yourdomain.com",
    "domain.com",
];

/// The line that links to the program where it runs: by a link that is called so ("Demo", "deployed here"), or to an
/// address that a host gave it.
pub(super) fn links_to_it(repo: &Snapshot, document: &Document) -> Option<u32> {
    static LINK: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"(?i)https?://(?P<host>[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?:[:/)\s>`'\x22*]|$)"));
    static CALLED: LazyLock<Regex> = LazyLock::new(|| {
        pattern(concat!(
            r"(?i)\b(?:live(?: (?:demo|url|version|site|app|api|link|preview|server|instance|service))?|(?:online|public) (?:demo|url|version|link|instance)",
            r"|demo|(?:deployed|hosted)(?: (?:here|at|on|version|url|app|api|link))?|(?:production|deployment|hosting) (?:url|domain|address|link|server))",
            r"\W{0,6}(?:(?:url|link|here|available|is|at|on)\W{0,4}){0,3}(?:\[[^\]]{0,80}\]\()?$",
            r"|\[[^\]]*\b(?:live|demo|deployed)\b[^\]]*\]\($"
        ))
    });
    static OF_IT: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)\b(?:live|demo|deploy\w*|hosted|hosting|visit|app|application|swagger|openapi|docs?|documentation|api|url|base|back-?end|server|service|production|heroku|render|railway|fly(?:\.io)?)\b",
        )
    });
    outside_of_code(repo, document).find_map(|(number, line)| {
        let links = LINK.captures_iter(&line).filter_map(|found| found.name("host"));
        let called = |host: &Match<'_>| {
            let before = line[..host.start()].trim_end_matches("https://").trim_end_matches("http://");
            CALLED.is_match(before)
        };
        let is_it = |host: &Match<'_>| {
            let name = host.as_str().to_ascii_lowercase();
            let is_given = OF_HOSTS.iter().any(|end| name.ends_with(end)) || is_public_address(&name);
            is_given && (OF_IT.is_match(&line) || is_alone(&line, host)) || is_elsewhere(&name) && called(host)
        };
        (!is_of_another_part(&line) && links.into_iter().any(|host| is_it(&host))).then_some(number)
    })
}

/// The line that names a host as what it is put into service with, in a few words: "Deployment: Render", "Heroku deploy".
pub(super) fn names_host(repo: &Snapshot, document: &Document) -> Option<u32> {
    static NAMED: LazyLock<Regex> = LazyLock::new(|| {
        const HOST: &str = r"\b(?:heroku|render\.com|render|railway|fly\.io|aws|ec2|ecs|eks|fargate|azure|gcp|google cloud|cloud run|digital ?ocean|linode|hetzner|vercel|kubernetes|k8s|elastic beanstalk|lightsail|pythonanywhere|koyeb|dokku)\b";
        const PUT: &str =
            r"\b(?:deploy|deploys|deployed|deployment|deployments|hosting|hosted|cloud platform|infrastructure)\b";
        pattern(&format!(
            r"(?i){PUT}\W{{1,6}}(?:(?:on|to|with|via|in|using|platform|the)\W{{1,3}}){{0,2}}{HOST}|{HOST}\W{{1,3}}{PUT}"
        ))
    });
    static OTHERWISE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)n't\b|\b(?:not|would|will|could|should|can|may|planned|plan|todo|to do|future|later|soon|next|local\w*|emulat\w+|database|images?|files|storage|ready|experience|knowledge)\b|\[ \]",
        )
    });
    const SHORT: usize = 120;
    let mut lines = outside_of_code(repo, document);
    lines.find_map(|(number, line)| {
        let is_short = line.trim().len() <= SHORT;
        (is_short && NAMED.is_match(&line) && !OTHERWISE.is_match(&line) && !is_of_another_part(&line))
            .then_some(number)
    })
}

/// The lines of a document that are no block of code, without its pictures, of which only the text remains.
fn outside_of_code<'r>(repo: &'r Snapshot, document: &Document) -> impl Iterator<Item = (u32, String)> + use<'r> {
    static PICTURE: LazyLock<Regex> = LazyLock::new(|| pattern(r"!\[(?P<alt>[^\]]*)\]\([^)]*\)|<img\b[^>]*>"));
    let code: BTreeSet<u32> = document.code.iter().filter(|line| line.starts).map(|line| line.line).collect();
    let text = repo.text(&document.path).unwrap_or_default();
    (1..)
        .zip(text.lines())
        .filter(move |(number, line)| line.len() <= LONGEST && !code.contains(number))
        .map(|(number, line)| (number, PICTURE.replace_all(line, "$alt").into_owned()))
}

/// What people look at is often somewhere else than what answers.
fn is_of_another_part(line: &str) -> bool {
    static OTHER: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"(?i)\bfront-?end\b|\bclient\b|\blanding\b|\bweb ?app repo"));
    static THIS: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\b(?:back-?end|api|server)\b"));
    OTHER.is_match(line) && !THIS.is_match(line)
}

/// Whether nothing but the link stands on its line, as in a list.
fn is_alone(line: &str, host: &Match<'_>) -> bool {
    let before = line[..host.start()].trim_end_matches("https://").trim_end_matches("http://");
    !before.contains(|c: char| c.is_alphanumeric())
}

/// Whether a name is that of a machine somewhere that is not known for other things.
fn is_elsewhere(name: &str) -> bool {
    let is_known = OTHERS.iter().any(|other| name == *other || name.ends_with(&format!(".{other}")));
    name.contains(|c: char| c.is_ascii_alphabetic()) && name.contains('.') && !is_known && name != "localhost"
        || is_public_address(name)
}

/// An address of four numbers that can be reached from everywhere.
fn is_public_address(name: &str) -> bool {
    let parts: Option<Vec<u8>> = name.split('.').map(|part| part.parse().ok()).collect();
    parts.is_some_and(|parts| match parts.as_slice() {
        [0 | 10 | 127, _, _, _] | [192, 168, _, _] | [169, 254, _, _] | [172, 16..=31, _, _] => false,
        [_, _, _, _] => true,
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::super::finding;
    use crate::Outcome::{self, Met, NotMet, Partly};
    use crate::snapshot::fixture::Fixture;

    fn with(readme: &str) -> Outcome {
        let repo = Fixture::new().file("app.py", "import flask\n").file("README.md", &format!("# Shop\n\n{readme}\n"));
        finding(&repo.snapshot()).outcome()
    }

    #[test]
    fn a_link_to_the_running_program_is_half_of_it() {
        for said in [
            "Demo: https://shop.acme.dev/",
            "See the app [deployed here](https://shop.acme.dev/).",
            "## Live URL - [Its documentation](https://shop.fly.dev)",
            "* [**SWAGGER**](http://shop.herokuapp.com/docs)",
            "[![Fly.io](https://img.shields.io/badge/a-b)](https://shop.fly.dev)",
            "- http://203.1.113.6:8080/swagger-ui.html#/",
        ] {
            assert_eq!(with(said), Partly, "{said}");
        }
    }

    #[test]
    fn a_link_to_something_else_says_nothing_of_where_it_runs() {
        for said in [
            "Demo: https://www.youtube.com/watch?v=1",
            "![demo](https://shop.acme.dev/demo.png)",
            "The frontend: [live](https://shop.acme.dev/).",
            "It asks https://stocks.acme.dev/t for prices.",
            "Demo: http://localhost:3000",
            "Swagger: http://192.168.0.4/docs",
            "Deployed with [a tool](https://tool.acme.dev).",
            "It is made with the public [Stocks API](https://stocks.acme.dev).",
            "- Website - [of the framework](https://framework.acme.dev)",
            "```\ncurl https://shop.herokuapp.com/api\n```",
            "Prices are those of https://stocks.herokuapp.com/t there.",
        ] {
            assert_eq!(with(said), NotMet, "{said}");
        }
    }

    #[test]
    fn a_host_that_is_named_is_half_of_it() {
        for said in ["- Heroku Deploy", "| Hosting | AWS (ECS, ALB) |", "- **Deployment**: Render"] {
            assert_eq!(with(said), Partly, "{said}");
        }
        for said in [
            "- [ ] Heroku deploy",
            "It will be deployed on AWS.",
            "- Azure Cosmos for documents",
            "- Frontend hosting: Vercel",
            "It can be deployed to AWS.",
        ] {
            assert_eq!(with(said), NotMet, "{said}");
        }
    }

    #[test]
    fn a_button_and_where_it_runs_are_how_and_where() {
        let button = "[![Deploy](https://www.herokucdn.com/deploy/button.svg)](https://heroku.com/deploy)";
        assert_eq!(with(button), Partly);
        assert_eq!(with(&format!("{button}\n\nVisit it at https://shop.herokuapp.com")), Met);
    }
}
