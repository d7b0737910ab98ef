//! Whether a section under a heading on deployment says something on deployment.

use std::sync::LazyLock;

use regex::Regex;

use crate::Snapshot;
use crate::documents::topics::topics;
use crate::documents::{Document, Heading, Purpose, Role, Topic, pattern};

/// Sections of this little are headings with a promise.
pub(super) const SHORTEST_SECTION: usize = 40;

/// What generators write about deployment, which says nothing about this project.
const BOILERPLATE: &[&str] = &[
    "facebook.github.io/create-react-app",
    "the easiest way to deploy your next.js app",
    "mau.nestjs.com",
    "nestjs mau",
    "our official platform for deploying nestjs",
    "deployment instructions",
    "your app is ready to be deployed",
    "add additional notes about how to deploy this on a live system",
    "see deployment for notes on how to deploy the project",
    "the build artifacts will be stored in the",
    "use the built-in continuous integration in gitlab",
    // Of `docker init`.
    "if your cloud uses a different cpu architecture than your development",
];

/// Addresses of buttons that put the project onto a host.
const BUTTONS: &[&str] = &[
    "heroku.com/deploy",
    "render.com/deploy",
    "railway.app/new",
    "railway.com/new",
    "railway.app/template",
    "railway.com/template",
    "vercel.com/new",
    "vercel.com/import",
    "app.netlify.com/start/deploy",
    "deploy.workers.cloudflare.com",
    "deploy.cloud.run",
    "cloud.digitalocean.com/apps/new",
    "app.koyeb.com/deploy",
];

/// The line of a button that puts a copy of the project onto a host. A framework's own counts its visitors.
pub(super) fn button(repo: &Snapshot, document: &Document) -> Option<u32> {
    let leads_there = |link: &&String| BUTTONS.iter().any(|button| link.contains(button)) && !link.contains("utm_");
    let link = document.links.iter().find(leads_there)?;
    let line = repo.text(&document.path)?.lines().position(|line| line.contains(link.as_str()))?;
    Some(line as u32 + 1)
}

/// Whether a section is nothing but a table of what runs where.
pub(super) fn is_table(repo: &Snapshot, document: &Document, heading: &Heading) -> bool {
    let end = document.section_end(heading);
    let lines = repo.text(&document.path).unwrap_or_default().lines().enumerate();
    let within = lines.filter(|(index, _)| (heading.line..end - 1).contains(&(*index as u32)));
    let mut rows = within.map(|(_, line)| line.trim()).filter(|line| !line.is_empty() && *line != "---").peekable();
    rows.peek().is_some() && rows.all(|row| row.starts_with('|') && !row.contains('`'))
}

/// Whether a section says something of its own on deployment.
pub(super) fn has_content(document: &Document, heading: &Heading) -> bool {
    let end = document.section_end(heading);
    let others = others(document, heading);
    let is_own = |line: u32| !others.iter().any(|other| other.contains(&line));
    let own = document.section(heading).filter(|line| is_own(line.line));
    let prose: String = own.map(|line| line.text.to_lowercase() + " ").collect();
    let code = (document.code.iter())
        .any(|line| line.line > heading.line && line.line < end && line.starts && is_own(line.line));
    let own = !BOILERPLATE.iter().any(|text| prose.contains(text));
    let button = document.links.iter().any(|link| BUTTONS.iter().any(|button| link.contains(button)));
    own && (code || button || prose.trim().chars().count() >= SHORTEST_SECTION)
        && !is_about_endpoints(document, heading)
}

/// The parts of a section that are about something else by their headings: who wrote it, what it is made with.
fn others(document: &Document, heading: &Heading) -> Vec<std::ops::Range<u32>> {
    static OTHER: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)\b(built with|authors?|licen[sc]e|contribut\w*|acknowledg\w*|references?|credits?|thanks|versioning|libraries|contact|(api )?doc(s|umentation)|endpoints|swagger|autor(es)?|licen[çc]a|tecnologias)\b",
        )
    });
    let end = document.section_end(heading);
    let within = document.headings.iter().filter(|other| other.line > heading.line && other.line < end);
    within
        .filter(|other| OTHER.is_match(&other.text) && !PLATFORM.is_match(&other.text))
        .map(|other| other.line..document.section_end(other))
        .collect()
}

/// Whether a section says in a sentence where the program runs, and nothing more.
pub(super) fn only_says_where(document: &Document, heading: &Heading) -> bool {
    static WHERE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)\b(is|are|was|were) (currently |now |also |being )?(hosted|deployed|running|live|available) (on|at|in|to)\b",
        )
    });
    const LONGEST: usize = 160;
    let lines = lines(document, heading);
    let length: usize = lines.iter().map(|line| line.chars().count()).sum();
    let end = document.section_end(heading);
    let has_code = document.code.iter().any(|line| line.starts && line.line > heading.line && line.line < end);
    !has_code
        && length <= LONGEST
        && lines.iter().any(|line| WHERE.is_match(line))
        && !lines.iter().any(|line| AUTOMATIC.is_match(line))
}

/// Whether a section names in a sentence or two what it is put into service with, and neither a command nor what does it.
pub(super) fn only_names_a_tool(repo: &Snapshot, document: &Document, heading: &Heading) -> bool {
    static TOOL: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)\b(terraform|opentofu|pulumi|ansible|helm|kubernetes|k8s|cloudformation|cdk|serverless|docker ?compose)\b",
        )
    });
    const LONGEST: usize = 200;
    let lines = lines(document, heading);
    let length: usize = lines.iter().map(|line| line.chars().count()).sum();
    let end = document.section_end(heading);
    let has_code = document.code.iter().any(|line| line.line > heading.line && line.line < end);
    // Whoever links to a page may be told there.
    let text = repo.text(&document.path).unwrap_or_default().lines();
    let leads_on = |line: &str| line.contains("://") || line.contains(".md");
    let mut within = text.skip(heading.line as usize).take((end - heading.line).saturating_sub(1) as usize);
    !has_code
        && length <= LONGEST
        && lines.len() <= 2
        && lines.iter().any(|line| TOOL.is_match(line))
        && !lines.iter().any(|line| AUTOMATIC.is_match(line))
        && !within.any(leads_on)
}

/// Whether a section has nothing but sentences, which send the reader to files that are not there.
pub(super) fn leads_nowhere(repo: &Snapshot, document: &Document, heading: &Heading) -> bool {
    let end = document.section_end(heading).min(heading.line + 200);
    let has_code = document.code.iter().any(|line| line.starts && line.line > heading.line && line.line < end);
    !has_code && document.leads_nowhere(repo, heading.line + 1..end)
}

/// Whether a part of the section is yet to be written.
pub(super) fn is_unfinished(document: &Document, heading: &Heading) -> bool {
    static LATER: LazyLock<Regex> = LazyLock::new(|| {
        pattern(concat!(
            r"(?i)^\W*(coming soon|tbd|tba|wip|to ?do|em breve|próximamente)\W*$",
            r"|\b(more|details|section|steps|instructions|documentation|guide)\b.{0,30}\b(to be (provided|added|documented|written|determined)|soon)\b"
        ))
    });
    document.section(heading).any(|line| LATER.is_match(&line.text))
}

/// A word for what puts a version there.
static AUTOMATIC: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?i)\b(push\w*|pipeline|automatic\w*|github actions|ci/cd|merge\w*|using|via|through|with)\b")
});

/// Where something runs, or how it gets there.
static PLATFORM: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?i)\b(deploy\w*|servers?|hosts?|hosted|hosting|nginx|apache|caddy|docker\w*|containers?|pm2|systemd|systemctl|supervisor",
        r"|heroku|vercel|netlify|render|railway|fly(\.io)?|aws|ec2|ecs|lambda|elastic beanstalk|azure|gcp|google cloud|cloud( run)?",
        r"|digital ?ocean|droplet|vps|linode|hetzner|kubernetes|k8s|helm|kubectl|cluster|ssh|ssl|tls|domain|proxy|registry|ci/cd",
        r"|pipeline|github actions|gunicorn|uwsgi|iis|tomcat|forever|serverless|wrangler|workers|ansible|terraform|rsync|scp)\b",
        r"|сервер|部署|服务器|サーバ|서버|servidor|serveur"
    ))
});

/// A line that describes a route, or calls one.
static ENDPOINT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?:^|[\s`*|\-])(GET|POST|PUT|PATCH|DELETE)[`*:|\s]+\S*/|^\W*curl\b|^\W*https?://\S+/\S*$|^[{}\]]")
});

/// Whether a section tells of the program's routes, and not of where it runs.
fn is_about_endpoints(document: &Document, heading: &Heading) -> bool {
    let lines = lines(document, heading);
    let (routes, others): (Vec<&str>, Vec<&str>) = lines.iter().copied().partition(|line| ENDPOINT.is_match(line));
    !routes.is_empty() && routes.len() >= others.len() && !others.iter().any(|line| PLATFORM.is_match(line))
}

/// Whether only the word "production" makes a heading one about deployment, and its section is about something that
/// production has (keys, users), or has neither a command nor a word on where that is and how a version gets there.
pub(super) fn only_says_production(document: &Document, heading: &Heading) -> bool {
    static PRODUCTION: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r"(?i)\b(production|produção|producao|producción|produccion|produktion|produzione)\b|本番")
    });
    static THINGS: LazyLock<Regex> = LazyLock::new(|| {
        pattern(concat!(
            r"(?i)\b(credentials?|users?|usuarios|usuários|accounts?|cuentas|contas|(api )?keys?|chaves|claves|secrets?|segredos",
            r"|secretos|passwords?|contraseñas|senhas|encrypt\w*|licen[sc]es?|dados|datos)\b"
        ))
    });
    static GETS_THERE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)\b(push\w*|pipeline|automatic\w*|github actions|ci/cd|merge\w*|machines?|deploy\w*|releases?|builds?)\b",
        )
    });
    let lower = heading.text.to_lowercase();
    let is_act = ["mise en production", "messa in produzione"].iter().any(|act| lower.contains(act));
    if is_act || !PRODUCTION.is_match(&lower) || topics(&PRODUCTION.replace_all(&lower, "")).contains(&Topic::Deploy) {
        return false;
    }
    let end = document.section_end(heading);
    let has_command = || {
        let within = |line: u32| line > heading.line && line < end;
        document.commands.iter().any(|command| within(command.line))
            || document.code.iter().any(|line| line.starts && within(line.line))
    };
    let says = |line: &&str| PLATFORM.is_match(line) || GETS_THERE.is_match(line);
    THINGS.is_match(&lower)
        || !PLATFORM.is_match(&lower) && !has_command() && !lines(document, heading).iter().any(says)
}

/// Whether all that stands below "Production" is how to build and start it on the machine that one sits at.
pub(super) fn is_only_a_start(document: &Document, heading: &Heading) -> bool {
    let end = document.section_end(heading);
    let within = |line: u32| line > heading.line && line < end;
    let commands = || document.commands.iter().filter(|command| within(command.line));
    let is_local =
        |purpose: &Purpose| matches!(purpose, Purpose::Install | Purpose::Build | Purpose::Start | Purpose::Migrate);
    let is_code = |text: &str| !text.trim().is_empty() && !text.trim_start().starts_with('#');
    let code = document.code.iter().filter(|line| within(line.line) && line.starts && is_code(&line.text)).count();
    code > 0
        && commands().count() >= code
        && commands().all(|command| command.purposes.iter().all(is_local))
        && !PLATFORM.is_match(&heading.text)
        && !lines(document, heading).iter().any(|line| PLATFORM.is_match(line))
}

/// Whether all that is done below a heading of the set-up, or of one that only plays production, is to bring a copy up on the
/// machine that one sits at: it is cloned, prepared and started, and can then be seen at an address of that machine.
pub(super) fn is_of_own_machine(document: &Document, heading: &Heading) -> bool {
    static ELSEWHERE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(concat!(
            r"(?i)\b(servers?|host(ed|ing)|pm2|systemd|systemctl|supervisor|heroku|vercel|netlify|render|railway",
            r"|fly(\.io)?|aws|ec2|ecs|lambda|elastic beanstalk|azure|gcp|google cloud|cloud( run)?|digital ?ocean|droplet|vps|linode",
            r"|hetzner|kubernetes|k8s|helm|kubectl|cluster|swarm|ssh|ssl|tls|domain|proxy|registry|ci/cd|pipeline",
            r"|github actions|gunicorn|uwsgi|iis|tomcat|serverless|ansible|terraform|rsync|scp|push)\b",
            r"|сервер|部署|服务器|サーバ|서버|servidor|serveur"
        ))
    });
    static SIMULATED: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"(?i)\b(local|locally|localmente|localement|simul\w+)\b"));
    let installs = |other: &&Heading| {
        let is_around = other.line < heading.line && other.level < heading.level && other.level > 1;
        is_around && document.section_end(other) > heading.line && other.topics.contains(&Topic::Setup)
    };
    // Where one installs it, one part may say where it is and another how to see it.
    let whole = document.headings.iter().rev().find(installs).unwrap_or(heading);
    let end = document.section_end(heading);
    let mut commands = document.commands.iter().filter(|it| it.line > heading.line && it.line < end).peekable();
    let is_local = |purpose: &Purpose| !matches!(purpose, Purpose::Deploy);
    let is_simulated = SIMULATED.is_match(&heading.text);
    // One's own machine has certificates as well.
    let is_encryption = |word: &str| matches!(word.to_ascii_lowercase().as_str(), "ssl" | "tls");
    let is_set_up = !std::ptr::eq(whole, heading);
    let is_here =
        |line: &str| ["git clone", "localhost", "127.0.0.1", "0.0.0.0"].iter().any(|mark| line.contains(mark));
    let says_where = lines(document, whole).into_iter().any(is_here);
    let is_elsewhere = || lines(document, heading).iter().any(|line| ELSEWHERE.is_match(line));
    commands.peek().is_some()
        && commands.all(|command| command.purposes.iter().all(is_local))
        && (is_simulated || is_set_up && says_where)
        && ELSEWHERE.find_iter(&heading.text).all(|word| is_simulated && is_encryption(word.as_str()))
        && (is_simulated || !is_elsewhere())
}

/// Whether a heading announces advice on production in general, and nothing is done below it. "Production" alone is about
/// what the section or the document around it is about.
pub(super) fn is_advice(document: &Document, heading: &Heading) -> bool {
    static ADVICE: LazyLock<Regex> = LazyLock::new(|| {
        const PRODUCTION: &str = r"\b(production|produção|producao|producción|produccion|produktion)\b";
        const WORDS: &str = r"\b(best practices?|tips|advice|guidelines?|recommendations?|considerations?|check ?list|security|performance|recomenda\w+|boas práticas|buenas prácticas|dicas|consejos|considera\w+)\b";
        pattern(&format!("(?i){PRODUCTION}.*{WORDS}|{WORDS}.*{PRODUCTION}"))
    });
    static AROUND: LazyLock<Regex> = LazyLock::new(|| {
        pattern(concat!(
            r"(?i)\b(best practices?|tips|advice|guidelines?|recommendations?|considerations?|monitoring|observability|logging|logs",
            r"|metrics|caching|cache|security|testing|tests|performance|profiles?|troubleshooting|recomenda\w+|boas práticas",
            r"|buenas prácticas|monitor[ae]\w+|observabilidade?|segurança|seguridad|testes|pruebas|métricas)\b"
        ))
    });
    static ALONE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r"(?i)^\W*((for|in|em|en) )?(production|produção|producción)( (environment|mode|use))?\W*$")
    });
    let end = document.section_end(heading);
    let text = heading.text.to_lowercase();
    // A README's title names the project, one of another document its topic.
    let is_topic = |other: &&Heading| other.level > 1 || document.role == Role::Linked;
    let around = || document.headings.iter().filter(|other| other.line < heading.line && other.level < heading.level);
    let is_within = || {
        around()
            .filter(is_topic)
            .any(|other| document.section_end(other) > heading.line && AROUND.is_match(&other.text))
    };
    (ADVICE.is_match(&text) || ALONE.is_match(&text) && is_within())
        && !text.contains("deploy")
        && !document.code.iter().any(|line| line.starts && line.line > heading.line && line.line < end)
}

/// The lines of prose and of code in the section, without comments in code.
fn lines<'d>(document: &'d Document, heading: &Heading) -> Vec<&'d str> {
    let end = document.section_end(heading);
    let code = document.code.iter().filter(|line| !line.text.trim_start().starts_with('#'));
    let all = code.chain(&document.prose).filter(|line| line.line > heading.line && line.line < end);
    all.map(|line| line.text.trim()).filter(|line| !line.is_empty()).collect()
}
