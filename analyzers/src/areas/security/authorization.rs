//! Do routes check what a user may do, not only who they are?

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use super::{guards, login, marks, method_security, neighbours, open_routes};
use crate::areas::api::Surface;
use crate::code::Language;
use crate::paths::is_aside;
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

/// The owner of a record against whoever asks, in ASCII, since Unicode's word boundaries take most of the area's time:
/// `post.user_id != current_user.id`, `where: { userId: req.user.id }`.
static OWNERSHIP: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?i-u)(current_?user|req\.user|request\.user|ctx\.state\.user|auth_?user|@user|g\.user|c\.get\(['\x22]user|principal|claims)\b[\w.()?!'\x22\]]{0,40}\s*(==|!=|===|!==)",
        r"|(==|!=|===|!==)\s*(current_?user|req\.user|request\.user|auth_?user|claims|principal)\b",
        r"|\bcurrent_user\.\w+s\.(find|build|new|create|where)|auth\(\)->user\(\)->\w+\(\)|\$request->user\(\)->\w+\(\)",
        r"|\bget_?by_?(owner|user)(_?id)?\(|\b(user|session|claims|principal|auth|payload)[\w.?!()<>\x22']{0,60}\brole[\x22')]{0,3}(\.\w+\(\))?\s*(===|!==|==|!=)",
        r"|\b(return|if)\s*\(?!?\s*(\w+\.)?user\??\.(_?id|uid)\s*(===|!==|==|!=)|\.(user_?id|owner_?id|author_?id|created_?by(_?id)?)\s*(===|!==|==|!=)"
    ))
});

/// Whoever asks, as a value for the owner: `owner=request.user`. It asks for whose record it is within a lookup.
static GIVEN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i-u)\b(user_?id|owner_?id|author_?id|owner|author|user)\b['\x22]?\s*(:|=>?)\s*(self\.)?(current_?user|req\.user|request\.user|auth_?user|ctx\.state\.user|claims|g\.user)\b",
    )
});

/// What looks records up, by its name.
static LOOKUP: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?-u)^(\w*([wW]here|[fF]ilter|[qQ]uery)|(find|first|filter|exists|count|where|exclude)\w*|get|get_object_or_404|get_list_or_404|get_or_404|one|(update|delete)(One|Many|_all)?|destroy(_all)?|destroy_by|select|scope|Q|eq|aggregate|match)$",
    )
});

pub(super) fn finding(repo: &Snapshot) -> Finding {
    let endpoints = &Surface::of(repo).endpoints;
    if endpoints.is_empty() {
        return Finding::not_applicable(SIGNAL, "The program answers no requests.");
    }
    let identity = guards::identity(repo);
    let package = marks::package(repo, PACKAGES);
    let mut permission = guards::permission(repo);
    let idle = method_security::take_idle(repo, &mut permission);
    let is_known = !identity.is_empty() || !permission.is_empty() || !idle.is_empty() || package.is_some();
    let known_by_hand = if is_known { open_routes::Guards::default() } else { open_routes::Guards::of(repo) };
    let own: Vec<Place> = known_by_hand.places().take(3).cloned().collect();
    if !is_known && own.is_empty() && login::routes(repo).is_empty() {
        if let Some(place) = refused(repo) {
            let why = format!(
                "What a user may do could not be told: some callers are refused, as in {}, but how the program knows \
                 who calls was not recognised.",
                place.path
            );
            return Finding::not_assessable(SIGNAL, why).with_places([place]);
        }
        return Finding::not_applicable(
            SIGNAL,
            "No login was found, so there is nobody whose rights could be checked. Another program in front may know \
             who calls.",
        );
    }
    let open = open_routes::find(repo);
    let owners = ownership(repo);
    let past_owners = neighbours::by_number_alone(repo);
    let checks = permission.len() + owners.len();
    let finding = if !open.is_empty() {
        let first = &open[0];
        let summary = format!(
            "Somebody may change what they must not: {} {} {}, while others in the same file have one. {} be meant \
             for everyone.",
            match open.len() {
                1 => "one address that changes something has no check of who calls:".to_owned(),
                many => format!("{many} addresses that change something have no check of who calls, such as"),
            },
            first.method,
            first.path,
            if open.len() == 1 { "It may" } else { "They may" },
        );
        let at = open.iter().take(10).map(|it| it.place.clone());
        Finding::partly(SIGNAL, summary, Evidence::or_absence(at, repo.head())).indicative()
    } else if let Some(first) = past_owners.first() {
        let summary = format!(
            "One user may reach what another owns: in {}, an entry is looked up by its number alone, as in {}, while \
             others in the same file go through their owner.",
            if past_owners.len() == 1 { "1 place".to_owned() } else { format!("{} places", past_owners.len()) },
            first.path
        );
        let at = past_owners.iter().take(10).cloned();
        Finding::partly(SIGNAL, summary, Evidence::or_absence(at, repo.head())).indicative()
    } else if !idle.is_empty() {
        Finding::partly(SIGNAL, method_security::summary(&idle), marks::places(repo, idle)).indicative()
    } else if checks > 0 {
        let what = match (permission.is_empty(), owners.is_empty()) {
            (false, false) => "by roles or permissions, and by who owns an entry",
            (false, true) => "by roles or permissions",
            _ => "by who owns an entry",
        };
        let at = permission.iter().map(|found| marks::at(repo, found)).take(5).chain(owners.into_iter().take(5));
        Finding::met(
            SIGNAL,
            format!("It is checked what a user may do, {what}."),
            Evidence::or_absence(at, repo.head()),
        )
        .indicative()
    } else {
        let at = match package {
            Some((dependency, _)) if identity.is_empty() => marks::manifest(repo, dependency).into(),
            None if !own.is_empty() => Evidence::or_absence(own, repo.head()),
            None if identity.is_empty() => {
                let logins = login::routes(repo).into_iter().take(3);
                let places = logins.map(|it| Place::lines(repo.head(), it.file.as_str(), it.lines.0, it.lines.1));
                Evidence::or_absence(places, repo.head())
            }
            _ => marks::places(repo, identity.iter().copied()),
        };
        let summary = "Whoever is logged in may be able to do everything: it is asked who they are, but not what they \
            may do (no check of a role, a permission or an owner was found). Where that is meant so, none is needed.";
        Finding::partly(SIGNAL, summary, at).indicative()
    };
    finding.fact("checks", checks).fact("unguarded", open.len()).fact("by_number", past_owners.len())
}

fn ownership(repo: &Snapshot) -> Vec<Place> {
    let texts = repo
        .tree()
        .own_texts()
        .filter(|(file, _)| Language::of(&file.path).is_some() && !crate::paths::is_aside(&file.path));
    texts
        .filter_map(|(file, text)| {
            let compared = OWNERSHIP.find_iter(text).find(|found| {
                let rest = &text[found.end()..];
                // Whoever logs out throws the token away.
                !is_nothing(rest)
                    && !is_link(found.as_str(), rest)
                    && !is_route(found.as_str(), rest)
                    && !found.as_str().contains("oken")
            });
            let given = GIVEN.find_iter(text).find(|found| is_in_lookup(&text[..found.start()]));
            let start = compared.into_iter().chain(given).map(|found| found.start()).min()?;
            let line = text[..start].matches('\n').count() as u32 + 1;
            Some(Place::lines(repo.head(), file.path.as_str(), line, line))
        })
        .collect()
}

/// Where callers are answered that they have to say who they are.
fn refused(repo: &Snapshot) -> Option<Place> {
    const MARKS: &[&str] = &[
        "http.StatusUnauthorized",
        "HTTP_401_UNAUTHORIZED",
        "HTTPStatus.UNAUTHORIZED",
        "HttpStatus.UNAUTHORIZED",
        "HttpStatusCode.Unauthorized",
        "StatusCode::UNAUTHORIZED",
        "Status::Unauthorized",
        ".status(401)",
        "sendStatus(401)",
        "abort(401",
        "HTTP_UNAUTHORIZED",
    ];
    let texts = repo.tree().own_texts().filter(|(file, _)| {
        Language::of(&file.path).is_some_and(|it| it != Language::Tsx)
            && !is_aside(&file.path)
            && !marks::is_for_operators(&file.path)
    });
    texts.filter_map(|(file, text)| Some((file, text, MARKS.iter().find_map(|mark| text.find(mark))?))).next().map(
        |(file, text, at)| {
            let line = text[..at].matches('\n').count() as u32 + 1;
            Place::lines(repo.head(), file.path.as_str(), line, line)
        },
    )
}

/// How much of the source before a value is looked at for what takes it.
const AROUND: usize = 300;

/// Whether what comes after `before` is an argument of a lookup, or of one of the lists and tables that it is given.
fn is_in_lookup(before: &str) -> bool {
    let name = |text: &str| {
        let text = text.trim_end().trim_end_matches([':', '=', '>']).trim_end().trim_end_matches(['"', '\'', '!', '?']);
        // What stands before the name may take several bytes, as a dash in a comment does.
        LOOKUP.is_match(text.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default())
    };
    let mut closed = 0;
    for (index, c) in before.char_indices().rev().take(AROUND) {
        match c {
            ')' | ']' | '}' => closed += 1,
            '(' | '[' | '{' if closed > 0 => closed -= 1,
            '(' | '[' | '{' if name(&before[..index]) => return true,
            ';' if closed == 0 => return false,
            _ => {}
        }
    }
    // Ruby's calls need no brackets: `Post.find_by id: id, user: current_user`
    let line = before.rsplit('\n').next().unwrap_or_default();
    line.split_whitespace().any(|word| name(word.trim_end_matches(':')) && word.contains('.') && !word.contains('('))
}

/// Whether a function that finds by a user is a route, whose caller says which user: `getByUserId(@PathVariable UUID id)`.
fn is_route(compared: &str, rest: &str) -> bool {
    compared.ends_with('(') && rest.trim_start().starts_with('@')
}

/// Whether a comparison is of a column with the one that it points at: `Post.user_id == User.id`.
fn is_link(compared: &str, rest: &str) -> bool {
    let rest = rest.trim_start();
    let end = rest.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '.')).unwrap_or(rest.len());
    let is_column = rest[..end].rsplit_once('.').is_some_and(|(_, column)| column.eq_ignore_ascii_case("id"));
    let is_table = rest.starts_with(|c: char| c.is_ascii_uppercase()) || rest[..end].len() < 5;
    compared.starts_with('.') && is_column && is_table
}

/// Whether a comparison is with nothing: it asks whether somebody is there, not who.
fn is_nothing(rest: &str) -> bool {
    let rest = rest.trim_start();
    let word: String = rest.chars().take_while(|c| c.is_alphanumeric()).collect();
    let is_blank = ["\"\"", "''", "-"].iter().any(|blank| rest.starts_with(blank));
    is_blank
        || word.starts_with(|c: char| c.is_ascii_digit())
        || matches!(word.as_str(), "nil" | "null" | "None" | "undefined" | "false" | "true" | "False" | "True")
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
    fn an_owner_who_is_only_missing_is_no_check() {
        let asks = |line: &str| {
            outcome(Fixture::new().file("main.go", GIN).file("a.go", &format!("package main\nfunc a() {{ {line} }}\n")))
        };
        assert_eq!(asks("if body.UserID == \"\" { return }"), Outcome::Partly);
        assert_eq!(asks("if body.UserID == 0 { return }"), Outcome::Partly);
        assert_eq!(asks("if body.UserID != caller { return }"), Outcome::Met);
    }

    #[test]
    fn an_owner_is_asked_for_where_records_are_looked_up() {
        let asks = |path: &str, line: &str| outcome(Fixture::new().file("main.go", GIN).file(path, line));
        for (path, line) in [
            ("a.py", "notes = Note.objects.filter(state=open(1), owner=request.user)\n"),
            ("a.py", "note = get_object_or_404(Note, pk=pk, user=request.user)\n"),
            ("a.js", "f(await prisma.note.findMany({ where: { state, userId: req.user.id } }));\n"),
            ("a.js", "const query = { owner: req.user.id };\n"),
            ("a.rb", "Note.find_by id: 1, user: current_user\n"),
            ("a.ts", "canActivate(user, params) {\n  return user.id === params.id;\n}\n"),
            ("A.cs", "class A { void F() { db.Notes.Where(note => note.UserId == id); } }\n"),
        ] {
            assert_eq!(asks(path, line), Outcome::Met, "{line}");
        }
        for (path, line) in [
            ("a.py", "note = Note.objects.create(text=text, owner=request.user)\n"),
            ("a.js", "await prisma.note.create({ data: { text, userId: req.user.id } });\n"),
            ("a.js", "const user = users.find((user) => user.id === id);\n"),
            ("a.py", "rows = select(Note).join(User, Note.user_id == User.id)\n"),
            ("A.java", "class A { User getByUserId(@PathVariable UUID id) { return users.find(id); } }\n"),
            ("A.kt", "fun f() { logoutUser(userId = currentUser) }\n"),
            ("a.php", "<?php\n$request->user()->currentAccessToken()->delete();\n"),
        ] {
            assert_eq!(asks(path, line), Outcome::Partly, "{line}");
        }
    }

    #[test]
    fn signs_of_several_bytes_may_stand_before_a_value() {
        for (path, line) in [
            ("a.rb", "# — author: current_user\n"),
            ("a.py", "# (— author: current_user\n"),
            ("a.py", "# « —« (owner=request.user)\n"),
        ] {
            assert_eq!(outcome(Fixture::new().file("main.go", GIN).file(path, line)), Outcome::Partly, "{line}");
        }
    }

    #[test]
    fn who_refuses_callers_knows_them_somehow() {
        let of = |status: &str| {
            let main = format!(
                "package main\n\nimport \"net/http\"\n\nfunc main() {{\n\thttp.HandleFunc(\"/orders\", known(orders))\n\thttp.ListenAndServe(\":80\", nil)\n}}\n\nfunc known(f http.HandlerFunc) http.HandlerFunc {{\n\treturn func(w http.ResponseWriter, r *http.Request) {{\n\t\tif !oauth.Verified(r) {{\n\t\t\tw.WriteHeader({status})\n\t\t}}\n\t\tf(w, r)\n\t}}\n}}\n"
            );
            outcome(Fixture::new().file("main.go", &main))
        };
        assert_eq!(of("http.StatusUnauthorized"), Outcome::NotAssessable);
        assert_eq!(of("http.StatusTeapot"), Outcome::NotApplicable);
    }

    #[test]
    fn a_setting_that_no_route_uses_makes_no_login() {
        let routes =
            "<?php\nuse Illuminate\\Support\\Facades\\Route;\nRoute::get('/v1/time', fn () => ['now' => 1]);\n";
        let kernel = "<?php\nclass Kernel { protected $middlewareAliases = ['auth' => Authenticate::class, 'can' => Authorize::class]; }\n";
        let laravel = |routes: &str| Fixture::new().file("routes/api.php", routes).file("app/Http/Kernel.php", kernel);
        assert_eq!(outcome(laravel(routes)), Outcome::NotApplicable);
        assert_eq!(outcome(laravel(&routes.replace("::get", "::middleware('auth')->get"))), Outcome::Partly);
        let classes = "<?php return ['aliases' => [\n  'Auth' => Illuminate\\Support\\Facades\\Auth::class, // the user\n  'Gate' => Illuminate\\Support\\Facades\\Gate::class,\n]];\n";
        let listed = laravel(&routes.replace("::get", "::middleware('auth')->get")).file("config/app.php", classes);
        assert_eq!(outcome(listed), Outcome::Partly);
        let program = |line: &str| {
            let text = format!(
                "var builder = WebApplication.CreateBuilder(args);\n{line}\nvar app = builder.Build();\napp.MapGet(\"/v1/time\", () => 1);\napp.UseAuthorization();\n"
            );
            outcome(Fixture::new().file("Program.cs", &text))
        };
        let cors = "builder.Services.AddCors(o => { o.AddPolicy(\"Everyone\", p => p.AllowAnyOrigin()); });";
        assert_eq!(program(cors), Outcome::NotApplicable);
        let policy =
            "builder.Services.AddAuthorization(o => { o.AddPolicy(\"Editors\", p => p.RequireRole(\"editor\")); });";
        assert_eq!(program(policy), Outcome::Met);
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
            "Somebody may change what they must not: one address that changes something has no check of who calls: POST \
             /posts, while others in the same file have one. It may be meant for everyone."
        );
    }

    #[test]
    fn whoever_signs_up_needs_no_guard() {
        let routes = "const r = require('express')()\nr.post('/users', create)\nr.post('/login', a)\nr.put('/users/:id', auth, a)\nr.delete('/users/:id', auth, b)\nr.patch('/users/:id', auth, c)\n";
        let found = finding(&Fixture::new().file("routes.js", routes).snapshot());
        assert_eq!(found.facts()["unguarded"], 0, "{}", found.summary());
    }
}
