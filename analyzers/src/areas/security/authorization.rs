//! Do routes check what a user may do, not only who they are?

use std::sync::LazyLock;

use regex::Regex;

use super::{login, marks, neighbours, open_routes};
use crate::code::Language;
use crate::snapshot::stack::Ecosystem::{self, Jvm, Npm, Nuget, Php, Python, Ruby};
use crate::{Evidence, Finding, Place, Snapshot};

const SIGNAL: &str = "security.authorization";

/// Packages that know a program's users.
const PACKAGES: &[(Ecosystem, &str, ())] = &[
    (Npm, "next-auth", ()),
    (Npm, "@auth/*", ()),
    (Npm, "better-auth", ()),
    (Npm, "lucia", ()),
    (Npm, "@clerk/*", ()),
    (Npm, "passport", ()),
    (Npm, "@nestjs/passport", ()),
    (Python, "djangorestframework-simplejwt", ()),
    (Python, "django-allauth", ()),
    (Python, "dj-rest-auth", ()),
    (Python, "djoser", ()),
    (Python, "flask-login", ()),
    (Python, "flask-jwt-extended", ()),
    (Python, "fastapi-users", ()),
    (Ruby, "devise", ()),
    (Ruby, "devise_token_auth", ()),
    (Ruby, "sorcery", ()),
    (Php, "laravel/passport", ()),
    (Php, "tymon/jwt-auth", ()),
    (Php, "php-open-source-saver/jwt-auth", ()),
    (Php, "lexik/jwt-authentication-bundle", ()),
    (Jvm, "org.springframework.boot:spring-boot-starter-security", ()),
    (Jvm, "org.springframework.boot:spring-boot-starter-oauth2-resource-server", ()),
    (Jvm, "io.ktor:ktor-server-auth*", ()),
    (Nuget, "microsoft.aspnetcore.authentication.jwtbearer", ()),
    (Nuget, "microsoft.aspnetcore.identity*", ()),
];

/// A permission is somebody's: those of files are no concern of a route.
static SOMEBODY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)user|role|claim|principal|account|session|polic|guard|admin|member|subject|enforcer|auth|request|forbidden")
        .expect("a constant pattern")
});

/// The owner of a record against whoever asks, in ASCII, since Unicode's word boundaries take most of the area's time:
/// `post.user_id != current_user.id`, `where: { userId: req.user.id }`.
static OWNERSHIP: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i-u)(current_?user|req\.user|request\.user|ctx\.state\.user|auth_?user|@user|g\.user|c\.get\(['\x22]user|principal|claims)\b[\w.()?!'\x22\]]{0,40}\s*(==|!=|===|!==)",
        r"|(==|!=|===|!==)\s*(current_?user|req\.user|request\.user|auth_?user|claims|principal)\b",
        r"|\b(user_?id|owner_?id|author_?id|owner|author|user)\b['\x22]?\s*[:=]\s*(self\.)?(current_?user|req\.user|request\.user|auth_?user|ctx\.state\.user|claims|g\.user)\b",
        r"|\bcurrent_user\.\w+s\.(find|build|new|create|where)|auth\(\)->user\(\)->\w+\(\)|\$request->user\(\)->\w+\(\)",
        r"|\bget_?by_?(owner|user)(_?id)?\(|\b(user|session|claims|principal|auth|payload)[\w.?!()<>\x22']{0,60}\brole[\x22')]{0,3}(\.\w+\(\))?\s*(===|!==|==|!=)"
    ))
    .expect("a constant pattern")
});

pub(super) fn finding(repo: &Snapshot) -> Finding {
    let endpoints = &repo.surface().endpoints;
    if endpoints.is_empty() {
        return Finding::not_applicable(SIGNAL, "The program answers no requests.");
    }
    let identity: Vec<_> = ["identity", "identity.name"].iter().flat_map(|topic| marks::all(repo, topic)).collect();
    let package = marks::package(repo, PACKAGES);
    let mut permission: Vec<_> =
        ["permission", "permission.middleware"].iter().flat_map(|topic| marks::all(repo, topic)).collect();
    permission.retain(|found| repo.text(&found.path).is_some_and(|text| SOMEBODY.is_match(text)));
    if identity.is_empty() && permission.is_empty() && package.is_none() && login::routes(repo).is_empty() {
        return Finding::not_applicable(
            SIGNAL,
            "No login was found, so there is nobody whose rights could be checked. A gateway in front may know who calls.",
        );
    }
    let open = open_routes::find(repo);
    let owners = ownership(repo);
    let past_owners = neighbours::by_number_alone(repo);
    let checks = permission.len() + owners.len();
    let finding = if !open.is_empty() {
        let first = &open[0];
        let summary = format!(
            "{} {} {}, while others in the same file have one. {} be meant for everyone.",
            match open.len() {
                1 => "One route that changes something has no guard,".to_owned(),
                many => format!("{many} routes that change something have no guard, such as"),
            },
            first.method,
            first.path,
            if open.len() == 1 { "It may" } else { "They may" },
        );
        let at = open.iter().take(10).map(|it| it.place.clone());
        Finding::partly(SIGNAL, summary, Evidence::or_absence(at, repo.head())).indicative()
    } else if let Some(first) = past_owners.first() {
        let summary = format!(
            "A record is looked up by its number alone in {}, as in {}, while others in the same file go through their \
             owner: one user may reach what another owns.",
            if past_owners.len() == 1 { "1 place".to_owned() } else { format!("{} places", past_owners.len()) },
            first.path
        );
        let at = past_owners.iter().take(10).cloned();
        Finding::partly(SIGNAL, summary, Evidence::or_absence(at, repo.head())).indicative()
    } else if checks > 0 {
        let what = match (permission.is_empty(), owners.is_empty()) {
            (false, false) => "roles or permissions, and who owns a record",
            (false, true) => "roles or permissions",
            _ => "who owns a record",
        };
        let at = permission.iter().map(|found| marks::at(repo, found)).take(5).chain(owners.into_iter().take(5));
        Finding::met(SIGNAL, format!("Routes look at {what}."), Evidence::or_absence(at, repo.head())).indicative()
    } else {
        let at = match package {
            Some((dependency, _)) if identity.is_empty() => marks::manifest(repo, dependency).into(),
            _ => marks::places(repo, identity.iter().copied()),
        };
        let summary = "It is asked who somebody is, but no check of a role, a permission or an owner was found. Where every \
                       user may do everything, none is needed.";
        Finding::partly(SIGNAL, summary, at).indicative()
    };
    finding.fact("checks", checks).fact("unguarded", open.len())
}

/// Beside a route: what asks for somebody.
static ASKS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)auth([^o]|o[^r]|ori[sz]|$)|login_?required|log(ged)?_?in|\bjwt|guard|permission|current_?user|api_?key|bearer|principal",
        r"|\bclaims|protected|access_?control|require_?user"
    ))
    .expect("a constant pattern")
});

/// How far below a route its guard may stand.
const BESIDE: usize = 25;

/// Where routes ask who is calling: calls that name the caller or a permission, and guards beside a route that is not
/// there to log in itself.
pub(crate) fn asks_who(repo: &Snapshot) -> Vec<Place> {
    let topics = ["identity", "identity.name", "permission", "permission.middleware"];
    let mut places: Vec<Place> = topics
        .iter()
        .flat_map(|topic| marks::all(repo, topic))
        .filter(|found| repo.text(&found.path).is_some_and(|text| SOMEBODY.is_match(text)))
        .map(|found| marks::at(repo, found))
        .collect();
    let endpoints = &repo.surface().endpoints;
    for endpoint in endpoints.iter().filter(|endpoint| !login::is_login(endpoint)) {
        let Some(text) = repo.text(&endpoint.file) else { continue };
        let (first, last) = (endpoint.lines.0 as usize, endpoint.lines.1 as usize);
        let others = endpoints.iter().filter(|other| other.file == endpoint.file && other.lines.0 > endpoint.lines.1);
        let next = others.map(|other| other.lines.0 as usize).min().unwrap_or(usize::MAX);
        let end = next.min(last.saturating_add(BESIDE));
        let mut lines = text.lines().take(end.saturating_sub(1)).enumerate().skip(first.saturating_sub(1));
        if let Some((line, _)) = lines.find(|(_, line)| ASKS.is_match(line)) {
            let line = line as u32 + 1;
            places.push(Place::lines(repo.head(), endpoint.file.as_str(), line, line));
        }
    }
    places.sort();
    places.dedup_by(|a, b| a.path == b.path && a.lines.map(|lines| lines.0) == b.lines.map(|lines| lines.0));
    places
}

fn ownership(repo: &Snapshot) -> Vec<Place> {
    let texts = repo
        .tree()
        .own_texts()
        .filter(|(file, _)| Language::of(&file.path).is_some() && !crate::snapshot::paths::is_aside(&file.path));
    texts
        .filter_map(|(file, text)| {
            let owner = OWNERSHIP.find_iter(text).find(|found| !is_nothing(&text[found.end()..]))?;
            let line = text[..owner.start()].matches('\n').count() as u32 + 1;
            Some(Place::lines(repo.head(), file.path.as_str(), line, line))
        })
        .collect()
}

/// Whether a comparison is with nothing: it asks whether somebody is there, not who.
fn is_nothing(rest: &str) -> bool {
    let word: String = rest.trim_start().chars().take_while(|c| c.is_alphanumeric()).collect();
    matches!(word.as_str(), "nil" | "null" | "None" | "undefined" | "false" | "true" | "False" | "True")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Outcome;
    use crate::snapshot::fixture::Fixture;

    const GIN: &str = "package main\nimport \"github.com/gin-gonic/gin\"\nfunc main() {\n\tr := gin.Default()\n\tr.POST(\"/login\", login)\n}\n";

    fn outcome(fixture: Fixture) -> Outcome {
        finding(&fixture.snapshot()).outcome()
    }

    #[test]
    fn whether_somebody_is_there_is_not_what_they_may_do() {
        let asks = |line: &str| {
            Fixture::new().file("main.go", GIN).file("auth.go", &format!("package main\nfunc a() {{ {line} }}\n"))
        };
        assert_eq!(outcome(asks("if claims != nil { return }")), Outcome::Partly);
        assert_eq!(outcome(asks("if post.UserID != claims { return }")), Outcome::Met);
        assert_eq!(outcome(asks("if user.Role != \"admin\" { return }")), Outcome::Met);
    }

    #[test]
    fn permissions_of_files_are_no_concern_of_routes() {
        let file = "package file\nfunc CheckPermission(src string) bool { _, err := os.Stat(src); return os.IsPermission(err) }\n";
        assert_eq!(outcome(Fixture::new().file("main.go", GIN).file("pkg/file.go", file)), Outcome::Partly);
    }

    #[test]
    fn a_package_that_knows_users_is_enough_to_ask() {
        let app = "const app = require('express')()\napp.get('/items', (req, res) => res.json([]))\n";
        let known = Fixture::new()
            .file("app.js", app)
            .file("package.json", r#"{"dependencies":{"express":"4","next-auth":"5"}}"#);
        let found = finding(&known.snapshot());
        assert_eq!((found.outcome(), &*found.places()[0].path), (Outcome::Partly, "package.json"));
        assert_eq!(outcome(Fixture::new().file("app.js", app)), Outcome::NotApplicable);
    }

    #[test]
    fn one_open_route_is_named_as_the_one() {
        let routes = "const r = require('express')()\nr.post('/login', a)\nr.post('/posts', create)\nr.put('/posts/:id', auth, a)\nr.delete('/posts/:id', auth, b)\nr.patch('/posts/:id', auth, c)\n";
        let found = finding(&Fixture::new().file("routes.js", routes).snapshot());
        assert_eq!(
            found.summary(),
            "One route that changes something has no guard, POST /posts, while others in the same file have one. It may \
             be meant for everyone."
        );
    }

    #[test]
    fn whoever_signs_up_needs_no_guard() {
        let routes = "const r = require('express')()\nr.post('/users', create)\nr.post('/login', a)\nr.put('/users/:id', auth, a)\nr.delete('/users/:id', auth, b)\nr.patch('/users/:id', auth, c)\n";
        let found = finding(&Fixture::new().file("routes.js", routes).snapshot());
        assert_eq!(found.facts()["unguarded"], 0, "{}", found.summary());
    }
}
