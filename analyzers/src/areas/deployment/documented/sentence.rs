//! Sentences on deployment that stand in no section of their own.

use std::sync::LazyLock;

use regex::Regex;

use crate::documents::{Document, Heading, is_infrastructure_image, pattern};
use crate::{Snapshot, paths};

/// A sentence that opens with how one runs the program on a server of one's own, and whether a command that does so stands
/// in its section; one with a command first.
pub(super) fn hosted_by_oneself<'d>(
    documents: impl Iterator<Item = &'d Document>,
) -> Option<(&'d Document, u32, bool)> {
    static SELF: LazyLock<Regex> = LazyLock::new(|| {
        pattern(concat!(
            r"(?i)^\W*(to|if you (want|wish|would like) to|for)\s.{0,20}\b(self-?host\w*|host|deploy|run)\b.{0,50}",
            r"\bon (your|a|any) (own )?(server|vps)\b|^\W*to self-?host\b"
        ))
    });
    const RUNS: &[&str] = &["docker run ", "docker compose up", "docker-compose up", "systemctl ", "kubectl ", "pm2 "];
    let found = documents.flat_map(|document| {
        let opens = document.prose.iter().filter(|line| line.starts && SELF.is_match(&line.text));
        opens.map(move |line| {
            let around = document.headings.iter().rfind(|heading| heading.line < line.line);
            let end = around.map_or(u32::MAX, |heading| document.section_end(heading));
            let mut within = document.code.iter().filter(|code| code.line >= line.line && code.line < end);
            (document, line.line, within.any(|code| RUNS.iter().any(|way| code.text.contains(way))))
        })
    });
    found.max_by_key(|(_, line, has_command)| (*has_command, std::cmp::Reverse(*line)))
}

/// The line that links to another repository, whose name says that it holds the infrastructure.
pub(super) fn infrastructure_elsewhere<'d>(
    repo: &Snapshot,
    document: &'d Document,
) -> Option<(&'d Document, u32, String)> {
    static REPOSITORY: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"https://(?:github|gitlab)\.com/[\w.-]+/(?P<name>[\w.-]*?)(?:\.git)?/?(?:[)\s>]|$)"));
    const WORDS: &[&str] = &["infra", "infrastructure", "gitops", "iac", "deployment", "deployments"];
    // The name of what is linked is the project's, with a word for what it holds.
    let names = |name: &str| {
        let name = name.to_ascii_lowercase();
        let words: Vec<&str> = name.split(['-', '_', '.']).collect();
        words.len() > 1
            && words.iter().any(|word| WORDS.contains(word))
            && !words
                .iter()
                .any(|word| matches!(*word, "action" | "actions" | "provider" | "plugin" | "operator" | "tools"))
    };
    let text = repo
        .text(&document.path)
        .filter(|text| text.contains("infra") || text.contains("deploy") || text.contains("ops"))?;
    // What is cloned is this repository.
    let is_this = |name: &str| text.lines().any(|line| line.contains("git clone") && line.contains(name));
    text.lines().enumerate().filter(|(_, line)| !line.contains("git clone") && !line.contains("![")).find_map(
        |(index, line)| {
            let found =
                REPOSITORY.captures_iter(line).find(|found| names(&found["name"]) && !is_this(&found["name"]))?;
            Some((document, index as u32 + 1, found["name"].to_owned()))
        },
    )
}

/// The line of prose that says where it runs, or where or by what it is put there, and which of the two it says: "Deployed
/// on Heroku", "Deployment is described in ...".
pub(super) fn says_where(document: &Document) -> Option<(u32, &'static str)> {
    static WHERE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(concat!(
            r"(?i)(?:^\W*|\b(?:it|app|application|api|project|service|server|backend|back-end|site|website)\W+(?:is|was|has been|runs)",
            r"\s+(?:\w+ly |now |also )?)(?:deployed|hosted|live|running)\s+(?:on|at|to|in|using|via)\W+(?:the |an? |own |our |my )?",
            r"(?:https?://|heroku|render\b|railway|fly\.io|aws\b|amazon|ec2\b|azure|gcp\b|google|digital ?ocean|linode|hetzner|vercel",
            r"|netlify|kubernetes|k8s|eks\b|ecs\b|gke\b|vps\b|cloud ?run|elastic beanstalk|lightsail|pythonanywhere|koyeb|dokku|oracle cloud|cyclic|deta\b)",
            r"|\bproduction (?:domain|url|address)\W+https?://"
        ))
    });
    static KEPT: LazyLock<Regex> = LazyLock::new(|| {
        pattern(concat!(
            r"(?i)\bdeployments?\b.{0,30}\b(?:is|are)\b.{0,20}\b(?:maintained|described|documented|kept|managed|handled|defined|automated|done)\b",
            r".{0,30}\b(?:at|in|by|on|via|through|with|using)\b"
        ))
    });
    static OTHERWISE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)n't\b|\b(?:not|would|will|should|planned|todo|to do|front-?end|client|database|localhost|127\.0\.0\.1|0\.0\.0\.0|images?)\b",
        )
    });
    const LONGEST: usize = 300;
    let said = |text: &str| match (WHERE.is_match(text), KEPT.is_match(text)) {
        (true, _) => Some("where it runs"),
        (false, true) => Some("where or by what it is put into service"),
        (false, false) => None,
    };
    let lines = document.prose.iter().filter(|line| line.starts && line.text.len() <= LONGEST);
    lines.filter(|line| !OTHERWISE.is_match(&line.text)).find_map(|line| Some((line.line, said(&line.text)?)))
}

/// The line of prose that says that a push, or what happens on its own, puts a version onto a host.
pub(super) fn pushes_deploy(document: &Document) -> Option<u32> {
    static DEPLOYS: LazyLock<Regex> = LazyLock::new(|| {
        const HOST: &str = r"(?:heroku|render\b|railway|fly\.io|aws\b|amazon|ec2\b|ecs\b|azure|gcp\b|google cloud|cloud run|digital ?ocean|linode|hetzner|vercel|netlify|kubernetes|k8s|vps\b|elastic beanstalk|lightsail|koyeb|dokku)";
        const PUSH: &str = r"\b(?:push\w*|merg\w+|commits?|tags?)\b";
        const DEPLOY: &str = r"\b(?:re-?)?(?:deploys|deployed|deploying|deployments?|released?|rolled out)\b";
        pattern(&format!(
            r"(?i){PUSH}.{{0,100}}{DEPLOY}.{{0,60}}\b{HOST}|{DEPLOY}.{{0,60}}\b{HOST}.{{0,60}}{PUSH}|\b(?:automatic\w*|continuous\w*)\W+{DEPLOY}.{{0,40}}\b{HOST}"
        ))
    });
    static OTHERWISE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r"(?i)n't\b|\b(?:not|you|would|should|could|planned|todo|to do|future|front-?end|client)\b")
    });
    const LONGEST: usize = 400;
    // A sentence may go on in the next line.
    let joined = |at: usize| {
        let line = &document.prose[at];
        let next = document.prose.get(at + 1).filter(|next| next.line == line.line + 1);
        format!("{} {}", line.text, next.map_or("", |next| next.text.as_str()))
    };
    (0..document.prose.len()).find_map(|at| {
        let text = joined(at);
        (text.len() <= LONGEST && DEPLOYS.is_match(&text) && !OTHERWISE.is_match(&text))
            .then_some(document.prose[at].line)
    })
}

/// The line of prose that opens with what is to be done for a deployment: "For deployment set the mode to production".
pub(super) fn says_what_to_do(document: &Document) -> Option<u32> {
    static FOR: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)^\W*(for (a |the )?deployment|to deploy|when deploying|para (o )?deploy|para desplegar|pour déployer)\b.{25,}",
        )
    });
    static OTHERWISE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)n't\b|\b(not|would|will|should|planned|todo|front-?end|client|see|docs|instructions|contracts?|local\w*)\b",
        )
    });
    let mut lines = document.prose.iter().filter(|line| line.starts);
    lines.find(|line| FOR.is_match(&line.text) && !OTHERWISE.is_match(&line.text)).map(|line| line.line)
}

/// The heading of a section that tells how several instances are run: behind what, and with which variables.
pub(super) fn scales_out(document: &Document) -> Option<&Heading> {
    static INSTANCES: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"(?i)\bload[ -]?balanc\w+|\breverse[ -]?prox\w+|\breplicas?\b"));
    static DEPLOYMENT: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\b(deploy\w*|production)\b"));
    static VARIABLE: LazyLock<Regex> = LazyLock::new(|| pattern(r"^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+(=\S+)?$"));
    document.headings.iter().filter(|heading| heading.level > 1).find(|heading| {
        let end = document.section_end(heading);
        let says = |expression: &Regex| document.section(heading).any(|line| expression.is_match(&line.text));
        let mut within = document.code.iter().filter(|line| line.line > heading.line && line.line < end);
        says(&INSTANCES) && says(&DEPLOYMENT) && within.any(|line| VARIABLE.is_match(line.text.trim()))
    })
}

/// The line that fetches or runs an image of the project's own that a registry has, and the image.
pub(super) fn published_image(document: &Document) -> Option<(u32, &str)> {
    static FETCHES: LazyLock<Regex> = LazyLock::new(|| {
        pattern(concat!(
            r"\b(?:docker|podman) (?P<verb>pull|run)\b.*?\s(?P<image>(?P<registry>(?:ghcr\.io|docker\.io|quay\.io|registry\.gitlab\.com|public\.ecr\.aws)/)?",
            r"[a-z0-9][\w./-]*/[\w./-]+)"
        ))
    });
    // What the project is called, if not by its package: by its title.
    let title = document.headings.first()?.text.to_lowercase();
    let is_own = |image: &str| {
        let words = paths::name(image).to_ascii_lowercase();
        !is_infrastructure_image(image)
            && words.split(['-', '_', '.']).any(|word| word.len() > 3 && title.contains(word))
    };
    // What the repository is called, where it is cloned; whose image Docker's own registry has only its name says.
    let cloned = || document.code.iter().filter_map(|line| line.text.split_once("git clone ")).map(|(_, rest)| rest);
    let is_of_repository = |image: &str| {
        let image = image.to_ascii_lowercase();
        cloned().any(|address| {
            let name = paths::name(address.split_whitespace().next().unwrap_or_default()).to_ascii_lowercase();
            let name = name.trim_end_matches(".git");
            name.len() > 3 && paths::name(&image).starts_with(name)
        })
    };
    document.code.iter().filter(|line| line.starts && line.text.contains('/')).find_map(|line| {
        let found = FETCHES.captures(&line.text)?;
        let image = found.name("image")?.as_str();
        let is_pulled = found.name("verb")?.as_str() == "pull";
        let is_it = match found.name("registry") {
            Some(_) => is_own(image),
            None => is_pulled && !is_infrastructure_image(image) && is_of_repository(image),
        };
        is_it.then_some((line.line, image))
    })
}

/// The line of prose that says what runs it in production: a process manager.
pub(super) fn in_production(document: &Document) -> Option<(&Document, u32)> {
    static PRODUCTION: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r"(?i)\b(in|en|em) (production|producción|produccion|produção|producao|produktion)\b")
    });
    static MANAGER: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\b(pm2|systemd|systemctl|supervisord)\b"));
    let mut paragraphs = document.prose.iter().filter(|line| PRODUCTION.is_match(&line.text));
    let goes_on = |from: u32| document.prose.iter().filter(move |line| line.line >= from && line.line <= from + 2);
    paragraphs
        .find(|line| goes_on(line.line).any(|line| MANAGER.is_match(&line.text)))
        .map(|line| (document, line.line))
}
