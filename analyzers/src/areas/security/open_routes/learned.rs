//! Guards of a program's own, known by what they do: they read who calls out of a request, and refuse who does not say.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use crate::code::Language;
use crate::paths::is_aside;
use crate::{Place, Snapshot};

/// Where a request says who calls.
static READS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r#"(?i-u)["']authorization["']|HttpHeaders\.AUTHORIZATION|header::AUTHORIZATION|HTTP_AUTHORIZATION|headers\.authorization\b|["'`]x-api-key["'`]"#,
        r"|\bDepends\(\s*\w*(?:bearer|oauth2|token_scheme|http_basic)\w*",
        r#"|\b(?:request|req)\.session(?:\.|\[['"]|\.get\(['"])_?user"#
    ))
});

/// Whoever sends such a header asks somebody else.
static SENDS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?i-u)["']?authorization["'\]]*\s*(?::|=>|=\s*["'`$a-z(])|(?:set|add|append|with|header)\w*\(\s*["']authorization["']\s*,|bearer \$?\{|["'`]bearer ["'`]\s*[+.]"#,
    )
});

/// Whoever is nobody is sent away.
static REFUSES: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i-u)\b40[13]\b|unauthori[sz]ed|unauthenticated|not_?authenticated|forbidden|invalid_?token|authentication_?failed",
    )
});

/// The head of a function, a class, or what a class does for another.
static HEAD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"^\s*(?:export\s+|default\s+|public\s+|private\s+|protected\s+|internal\s+|static\s+|final\s+|abstract\s+|sealed\s+|suspend\s+|override\s+|pub(?:\([a-z]+\))?\s+|async\s+)*",
        r"(?:(?:def|func|function|fn|fun|class|struct|impl(?:<[^>]*>)?)\s+(?:\([^)]*\)\s*)?(?:[\w<>:, ]+\s+for\s+)?(?:[\w<>]+\.)?(\w+)",
        r"|(?:const|let|var)\s+(\w+)\s*=\s*(?:async\s*)?(?:\(|\w+\s*=>|function)|(?:module\.)?exports\.(\w+)\s*=|(\w+)\s*\([^;]*\{\s*$)"
    ))
});

/// Names that many functions have. Those of interfaces are the guard that their class is.
const COMMON: &[&str] = &[
    "handle",
    "handler",
    "inner",
    "wrapper",
    "wrapped",
    "decorated",
    "decorator",
    "middleware",
    "main",
    "next",
    "call",
    "invoke",
    "process",
    "apply",
    "execute",
    "dispatch",
    "setup",
    "init",
    "create_app",
    "createApp",
    "bootstrap",
    "configure",
    "routes",
    "router",
    "index",
    "list",
    "from_request",
    "from_request_parts",
    "canActivate",
    "intercept",
    "__call__",
    "__invoke",
    "has_permission",
    "InvokeAsync",
    "OnAuthorization",
    "process_request",
    "constructor",
    "catch",
    "with",
    "while",
    "switch",
    "return",
];

/// What is no guard, though it may refuse as well.
const OTHERS: &[&str] = &["Controller", "Service", "Client", "Test", "Api", "Resource", "Server", "App"];

/// The guards of a program's own, by name, with the line on which each begins.
#[derive(Debug, Default)]
pub(crate) struct Guards(BTreeMap<String, Place>);

impl Guards {
    /// Looks for them in the program's own code.
    pub(crate) fn of(repo: &Snapshot) -> Self {
        let sources = || {
            let texts = repo.tree().own_texts();
            texts.filter(|(file, _)| Language::of(&file.path).is_some() && !is_aside(&file.path))
        };
        let mut found = BTreeMap::new();
        for (file, text) in sources().filter(|(_, text)| READS.is_match(text) && REFUSES.is_match(text)) {
            let lines: Vec<&str> = text.lines().collect();
            let reads = |line: &&str| READS.is_match(line) && !SENDS.is_match(line);
            for at in (0..lines.len()).filter(|at| reads(&lines[*at])) {
                let Some((name, line)) = guard_around(&lines, at) else { continue };
                let place = Place::lines(repo.head(), file.path.as_str(), line as u32 + 1, line as u32 + 1);
                found.entry(name.to_owned()).or_insert(place);
            }
        }
        for (file, text) in sources().filter(|(file, text)| file.path.ends_with(".rs") && text.contains("FromRequest"))
        {
            for (name, line) in extractors(text) {
                found.entry(name).or_insert_with(|| Place::lines(repo.head(), file.path.as_str(), line, line));
            }
        }
        // What nobody names again guards nothing.
        found.retain(|name, _| {
            sources().map(|(_, text)| words(text).filter(|word| word == name).count()).sum::<usize>() > 1
        });
        // Laravel's have other names where routes use them: `'gate' => Gate::class`.
        let mut guards = Guards(found);
        let mut called = BTreeMap::new();
        for (_, text) in sources().filter(|(file, text)| file.path.ends_with(".php") && text.contains("=>")) {
            let named =
                text.lines().filter_map(|line| line.split_once("=>").filter(|(_, class)| class.contains("::class")));
            for (name, class) in named {
                let name = name.trim().trim_matches(['\'', '"', '[']);
                if let Some(place) = words(class).find_map(|word| guards.0.get(word)) {
                    called.insert(name.to_owned(), place.clone());
                }
            }
        }
        called.retain(|name, _| name.len() > 3);
        guards.0.append(&mut called);
        guards
    }

    /// Whether `line` names one of them.
    pub(super) fn is_in(&self, line: &str) -> bool {
        !self.0.is_empty() && words(line).any(|word| self.0.contains_key(word))
    }

    /// Where they begin.
    pub(crate) fn places(&self) -> impl Iterator<Item = &Place> {
        self.0.values()
    }
}

/// The types of Rust that a handler gets only of a request that says who calls, and the lines on which they are made.
fn extractors(text: &str) -> Vec<(String, u32)> {
    static MADE: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"(?m)^impl\b[^{\n]*\bFromRequest(?:Parts)?\b(?:<[^{\n]*?>)?\s+for\s+(\w+)"));
    static FAILS: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"Outcome::(?:Error|Failure|Forward)|\berr_handler!|\bErr\(|(?i:unauthori[sz]ed)"));
    static ASKS: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)authorization|bearer|claims|session|login|jwt|user"));
    let found = MADE.captures_iter(text).filter_map(|found| {
        let start = found.get(0)?.start();
        let end = text[start..].find("\n}").map_or(text.len(), |end| start + end);
        let body = &text[start..end];
        let line = text[..start].matches('\n').count() as u32 + 1;
        (FAILS.is_match(body) && ASKS.is_match(body)).then(|| (found[1].to_owned(), line))
    });
    found.collect()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| word.len() > 3)
}

/// The guard in which the line `at` stands, and where that begins: the outermost function around it that refuses, or the
/// class where its function is one of an interface.
fn guard_around<'t>(lines: &[&'t str], at: usize) -> Option<(&'t str, usize)> {
    // The head of a function may say itself what it reads.
    let mut indent = depth(lines[at]) + 1;
    let mut outermost = None;
    for above in (0..=at).rev() {
        let line = lines[above];
        if line.trim().is_empty() || depth(line) >= indent {
            continue;
        }
        let Some(found) = HEAD.captures(line) else { continue };
        indent = depth(line);
        let name = found.iter().skip(1).flatten().next()?.as_str();
        let is_class = ["class ", "struct ", "impl"].iter().any(|word| line.contains(word));
        let is_common = COMMON.contains(&name) || name.len() < 4;
        if is_class {
            let is_guard = outermost.is_none() && !OTHERS.iter().any(|end| name.ends_with(end));
            outermost = if is_guard { Some((name, above)) } else { outermost };
        } else if !is_common {
            outermost = Some((name, above));
        }
        if indent == 0 {
            break;
        }
    }
    let (name, start) = outermost?;
    let end = lines[start + 1..]
        .iter()
        .position(|line| !line.trim().is_empty() && depth(line) <= depth(lines[start]) && !goes_on(line.trim_start()));
    let body = &lines[start..end.map_or(lines.len(), |end| start + 1 + end)];
    body.iter().any(|line| REFUSES.is_match(line)).then_some((name, start))
}

/// Whether a line as far to the left as the head of a function is still a part of it.
fn goes_on(line: &str) -> bool {
    line.starts_with([')', '{', '}']) || ["rescue", "ensure", "else", "catch"].iter().any(|word| line.starts_with(word))
}

fn depth(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::fixture::Fixture;

    fn names(files: &[(&str, &str)]) -> Vec<String> {
        let repo = files.iter().fold(Fixture::new(), |repo, (path, text)| repo.file(path, text)).snapshot();
        Guards::of(&repo).0.into_keys().collect()
    }

    #[test]
    fn whoever_reads_who_calls_and_refuses_is_a_guard() {
        let python = "def signed_in(view):\n    def inner(*args):\n        token = request.headers.get(\"Authorization\", \"\")\n        if not known(token):\n            abort(401)\n        return view(*args)\n    return inner\n\n@signed_in\ndef a():\n    pass\n";
        assert_eq!(names(&[("a.py", python)]), ["signed_in"]);
        let fastapi = "async def signed_in(token: str = Depends(bearer)) -> User:\n    user = find(token)\n    if user is None:\n        raise HTTPException(401)\n    return user\n\n@app.get('/a')\ndef a(user=Depends(signed_in)):\n    return 1\n";
        assert_eq!(names(&[("a.py", fastapi)]), ["signed_in"]);
        let ruby = "class ApplicationController\n  def find_member!\n    token = request.headers[\"Authorization\"].to_s\n    @member = Member.find(token)\n  rescue Unknown\n    head :unauthorized\n  end\nend\nclass AController\n  before_action :find_member!\nend\n";
        assert_eq!(names(&[("a.rb", ruby)]), ["find_member"]);
        let js = "function bouncer(req, res, next) {\n  const header = req.headers.authorization;\n  if (!known(header)) return res.sendStatus(401);\n  next();\n}\napp.put('/a', bouncer, change);\n";
        assert_eq!(names(&[("a.js", js)]), ["bouncer"]);
        let go = "package a\n\nfunc Members() gin.HandlerFunc {\n\treturn func(c *gin.Context) {\n\t\tif !known(c.GetHeader(\"Authorization\")) {\n\t\t\tc.AbortWithStatus(http.StatusUnauthorized)\n\t\t}\n\t}\n}\n\nfunc f() { r.PUT(\"/a\", Members(), change) }\n";
        assert_eq!(names(&[("a.go", go)]), ["Members"]);
        let rust = "impl FromRequest for Visitor {\n    fn from_request(request: &HttpRequest) -> Self::Future {\n        let header = request.headers().get(\"Authorization\");\n        known(header).map_err(|_| ErrorUnauthorized(\"no\"))\n    }\n}\nasync fn change(_v: Visitor) {}\n";
        assert_eq!(names(&[("a.rs", rust)]), ["Visitor"]);
        let php = "<?php\nclass Bouncer\n{\n    public function handle($request, $next)\n    {\n        if (! known($request->header('Authorization'))) {\n            abort(401);\n        }\n        return $next($request);\n    }\n}\n";
        let kernel =
            "<?php\nclass Kernel\n{\n    protected $aliases = [\n        'door' => Bouncer::class,\n    ];\n}\n";
        assert_eq!(names(&[("Bouncer.php", php), ("Kernel.php", kernel)]), ["Bouncer", "door"]);
    }

    #[test]
    fn what_rocket_makes_of_a_request_may_be_a_guard() {
        let made = |body: &str| {
            format!(
                "#[rocket::async_trait]\nimpl<'r> FromRequest<'r> for Headers {{\n    type Error = &'static str;\n    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {{\n        {body}\n    }}\n}}\n#[put(\"/profile\")]\nfn change(headers: Headers) {{}}\n"
            )
        };
        let asks = "match claims(request) { Some(it) => Outcome::Success(it), None => err_handler!(\"no\") }";
        assert_eq!(names(&[("a.rs", &made(asks))]), ["Headers"]);
        assert!(names(&[("a.rs", &made("Outcome::Success(Headers(request.host()))"))]).is_empty());
    }

    #[test]
    fn whoever_asks_somebody_else_or_refuses_nobody_is_none() {
        let sends = "async function load(id) {\n  const found = await axios.get(url, { headers: { 'Authorization': key } });\n  if (found.status === 401) throw new Error('no');\n}\nload(1);\n";
        assert!(names(&[("a.js", sends)]).is_empty());
        let logs = "function note(req, res, next) {\n  log(req.headers.authorization);\n  next();\n}\napp.use(note);\n";
        assert!(names(&[("a.js", logs)]).is_empty());
    }
}
