//! Do tokens expire, and is the expiry verified?

mod laravel;

use super::marks;
use crate::code::{CodeMatch, Language};
use crate::snapshot::stack::Ecosystem::{self, Npm, Php, Python, Ruby};
use crate::{Finding, Snapshot};

const SIGNAL: &str = "security.token-expiry";

/// Packages that set and check an expiry where nobody asks for one.
const BY_DEFAULT: &[(Ecosystem, &str, &str)] = &[
    (Python, "djangorestframework-simplejwt", "Simple JWT lets access tokens expire after five minutes"),
    (Python, "flask-jwt-extended", "Flask-JWT-Extended lets access tokens expire after fifteen minutes"),
    (Php, "tymon/jwt-auth", "jwt-auth lets tokens expire after an hour"),
    (Php, "php-open-source-saver/jwt-auth", "jwt-auth lets tokens expire after an hour"),
    (Php, "lexik/jwt-authentication-bundle", "LexikJWTAuthenticationBundle lets tokens expire after an hour"),
    (Php, "laravel/passport", "Passport lets access tokens expire after a year"),
    (Ruby, "devise-jwt", "devise-jwt lets tokens expire after an hour"),
    (Ruby, "devise_token_auth", "devise_token_auth lets tokens expire after two weeks"),
    (Npm, "@auth/core", "Auth.js lets sessions expire after thirty days"),
    (Npm, "next-auth", "NextAuth lets sessions expire after thirty days"),
];

pub(super) fn finding(repo: &Snapshot) -> Finding {
    let mut unverified: Vec<_> =
        ["token.unverified", "token.option"].iter().flat_map(|topic| marks::all(repo, topic)).collect();
    let verified = marks::all(repo, "token.verified");
    unverified.retain(|found| !is_read_again(repo, found, &verified));
    unverified.retain(|found| !is_explained(repo, found));
    unverified.extend(marks::all(repo, "token.decoded").into_iter().filter(|found| !is_verified_beside(repo, found)));
    let made: Vec<_> = ["token.made", "token.made.auth0"].iter().flat_map(|topic| marks::all(repo, topic)).collect();
    let expiry: Vec<_> = marks::all(repo, "token.expiry")
        .into_iter()
        .filter(|expiry| is_about_tokens(repo.text(&expiry.path).unwrap_or_default(), expiry.language))
        .collect();
    if !unverified.is_empty() {
        let summary = format!(
            "A forged or old login may be let in: in {}, nothing checks the signature or the end of a token, by which \
             a visitor stays logged in. Where it was checked before, there is no danger.",
            count(unverified.len())
        );
        let at = marks::places(repo, unverified);
        let is_checked_elsewhere = !made.is_empty() && !expiry.is_empty();
        return if is_checked_elsewhere {
            Finding::partly(SIGNAL, summary, at).indicative()
        } else {
            Finding::not_met(SIGNAL, summary, at).indicative()
        };
    }
    let endless: Vec<_> = made.iter().copied().filter(|found| is_endless(repo, found)).collect();
    if let Some(first) = endless.first().filter(|_| !expiry.is_empty()) {
        let summary = format!(
            "Some visitors may stay logged in for ever: some tokens, by which they stay so, are made with an end \
             (expiry), but in {} none was found, as in {}. It may be set elsewhere.",
            count(endless.len()),
            first.path
        );
        return Finding::partly(SIGNAL, summary, marks::places(repo, endless.iter().copied())).indicative();
    }
    if !made.is_empty() && !expiry.is_empty() {
        let summary = "Being logged in ends by itself: the tokens by which one stays so are made with an end (expiry), \
            and the library checks it.";
        return Finding::met(SIGNAL, summary, marks::places(repo, expiry));
    }
    if let Some(found) = laravel::finding(repo) {
        return found;
    }
    if let Some((dependency, how)) = marks::package(repo, BY_DEFAULT) {
        return Finding::met(
            SIGNAL,
            format!("Being logged in ends by itself: {how} by default, and checks it."),
            marks::manifest(repo, dependency),
        )
        .by_default();
    }
    if !made.is_empty() {
        let summary = format!(
            "A visitor may stay logged in for ever: tokens, by which one stays so, are made in {}, and no end (expiry) \
             was found. It may be set in a way that is not recognised.",
            count(made.len())
        );
        return Finding::not_met(SIGNAL, summary, marks::places(repo, made)).indicative();
    }
    if !verified.is_empty() {
        let summary = "Being logged in ends by itself: the tokens by which one stays so are read by a library that \
            checks their signature and their end (expiry). Where they are made was not recognised.";
        return Finding::met(SIGNAL, summary, marks::places(repo, verified)).indicative();
    }
    Finding::not_applicable(
        SIGNAL,
        "No place was recognised where the program makes tokens of its own, by which a \
                                     visitor stays logged in.",
    )
}

/// Whether the name of the function, or a comment right above the call, says that the token is only looked at before it is
/// checked.
fn is_explained(repo: &Snapshot, found: &CodeMatch) -> bool {
    const ABOVE: usize = 4;
    let text = repo.text(&found.path).unwrap_or_default();
    let function =
        found.scopes.iter().rev().find(|scope| scope.kind.contains("function") || scope.kind.contains("method"));
    let is_named = function.is_some_and(|function| {
        let name = function.name.to_ascii_lowercase();
        ["unverified", "peek", "without_verif", "insecure"].iter().any(|word| name.contains(word))
    });
    let comments = text[..found.bytes.start].lines().rev().skip(1).take(ABOVE).filter_map(|line| {
        let line = line.trim_start();
        ["#", "//", "*", "/*"].iter().find_map(|sign| line.strip_prefix(sign))
    });
    let said = comments.map(str::to_ascii_lowercase).collect::<Vec<_>>().join(" ");
    // That nothing checks it is no excuse.
    let said = ["unverified", "not verified", "be verified", "not trusted", "untrusted"]
        .iter()
        .fold(said, |it, word| it.replace(word, ""));
    let excuses = ["verified", "verifies", "validated", "validates", "trusted", "checked", "which key", "peek"];
    is_named || excuses.iter().any(|word| said.contains(word))
}

/// Whether the function that reads a token has it verified as well: the key is chosen by what the token says of itself.
fn is_verified_beside(repo: &Snapshot, found: &CodeMatch) -> bool {
    let text = repo.text(&found.path).unwrap_or_default();
    let function = found.functions.last().map_or(0..text.len(), |function| function.bytes.clone());
    let (before, after) = (&text[function.start..found.bytes.start], &text[found.bytes.end..function.end]);
    [before, after]
        .iter()
        .any(|part| ["verif", "Verif", "validateT", "ValidateT", "jwtVerify"].iter().any(|word| part.contains(word)))
}

/// Whether the same function reads the token once more, and that time by what checks it: which key to check it with stands
/// in the token itself. Whoever does not look at the expiry does not do so beside, either.
fn is_read_again(repo: &Snapshot, found: &CodeMatch, verified: &[&CodeMatch]) -> bool {
    let source = repo.text(&found.path).and_then(|text| text.get(found.bytes.clone())).unwrap_or_default();
    let is_apart = |it: &CodeMatch| it.bytes.end <= found.bytes.start || found.bytes.end <= it.bytes.start;
    let is_beside =
        |it: &&&CodeMatch| it.path == found.path && it.functions.last() == found.functions.last() && is_apart(it);
    found.functions.last().is_some()
        && !["ignoreExpiration", "verify_exp", "none"].iter().any(|word| source.contains(word))
        && verified.iter().any(|it| is_beside(&it))
}

/// Whether a token of jsonwebtoken's is signed with nothing but a payload and a key, in a function that speaks of no expiry.
fn is_endless(repo: &Snapshot, found: &CodeMatch) -> bool {
    let text = repo.text(&found.path).unwrap_or_default();
    let source = text.get(found.bytes.clone()).unwrap_or_default();
    let Some(given) = source.strip_prefix("jwt.sign(").or_else(|| source.strip_prefix("jsonwebtoken.sign(")) else {
        return false;
    };
    let mut depth = 0;
    let commas = given.trim_end_matches(')').trim_end().trim_end_matches(',').chars().filter(|c| {
        depth += match c {
            '(' | '[' | '{' => 1,
            ')' | ']' | '}' => -1,
            _ => 0,
        };
        depth == 0 && *c == ','
    });
    let around = found.functions.last().and_then(|function| text.get(function.bytes.clone())).unwrap_or(text);
    let says = ["expir", "Expir", "exp:", ".exp", "exp =", "EXPIR"].iter().any(|word| around.contains(word));
    commas.count() == 1 && !says
}

/// Names such as `exp` mean an expiry only where tokens are.
fn is_about_tokens(text: &str, language: Language) -> bool {
    let is_signed = ["jwt", "JWT", "Jwt", "jose"].iter().any(|word| text.contains(word));
    // Where everything has a class of its own, a token in a file may be one that is stored, to reset a password with.
    let is_of_classes = matches!(language, Language::Java | Language::Kotlin);
    is_signed || !is_of_classes && (text.contains("token") || text.contains("Token"))
}

fn count(places: usize) -> String {
    if places == 1 { "one place".to_owned() } else { format!("{places} places") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Outcome;
    use crate::snapshot::fixture::Fixture;

    fn outcome(path: &str, text: &str) -> (Outcome, Option<u32>) {
        let found = finding(&Fixture::new().file(path, text).snapshot());
        (found.outcome(), found.places().first().and_then(|place| Some(place.lines?.0)))
    }

    #[test]
    fn a_token_that_is_read_unverified_is_not_met_in_every_language() {
        for (path, text) in [
            ("auth.service.ts", "class A {\n  user(token: string) { return this.jwtService.decode(token); }\n}\n"),
            ("app.js", "\nconst claims = jwt.decode(req.headers.authorization);\n"),
            ("App.kt", "fun f() {\n    val a = JWT.decode(token).subject\n}\n"),
            ("A.java", "class A {\n    String f() { return JWT.decode(token).getSubject(); }\n}\n"),
            ("Tokens.cs", "class A {\n    void f() { var jwt = handler.ReadJwtToken(token); }\n}\n"),
            ("a.php", "<?php\n$claims = json_decode(base64_decode(explode('.', $token)[1]));\n"),
        ] {
            assert_eq!(outcome(path, text), (Outcome::NotMet, Some(2)), "{path}");
        }
    }

    #[test]
    fn a_token_that_is_verified_is_met() {
        for (path, text) in [
            ("auth.service.ts", "class A {\n  user(token: string) { return this.jwtService.verify(token); }\n}\n"),
            ("App.kt", "fun f() {\n    jwt { verifier(JWT.require(algorithm).build()) }\n}\n"),
            ("App.kt", "fun f() {\n    JWT.create().withExpiresAt(later).sign(algorithm)\n}\n"),
            ("Program.cs", "class A {\n    void f() { services.AddAuthentication().AddJwtBearer(); }\n}\n"),
        ] {
            assert_eq!(outcome(path, text), (Outcome::Met, Some(2)), "{text}");
        }
        let unending = "fun f() {\n    JWT.create().withSubject(a).sign(algorithm)\n}\n";
        assert_eq!(outcome("App.kt", unending), (Outcome::NotMet, Some(2)));
    }

    #[test]
    fn what_is_verified_in_the_same_function_may_be_read_first() {
        let both =
            "function f(token) {\n  const { iss } = jwt.decode(token);\n  return jwt.verify(token, keys[iss]);\n}\n";
        assert_eq!(outcome("app.js", both).0, Outcome::Met);
        let python = "def f(t):\n    iss = jwt.decode(t, options={\"verify_signature\": False})[\"iss\"]\n    return jwt.decode(t, KEYS[iss], algorithms=[\"RS256\"])\n";
        assert_eq!(outcome("a.py", python).0, Outcome::Met);
        let unverified =
            python.replace(", KEYS[iss], algorithms=[\"RS256\"]", ", options={\"verify_signature\": False}");
        assert_eq!(outcome("a.py", &unverified).0, Outcome::NotMet);
    }

    #[test]
    fn what_is_only_looked_at_before_it_is_checked_is_no_fault() {
        let of = |name: &str, comment: &str| {
            let text = format!(
                "def {name}(t):\n    {comment}\n    return jwt.decode(t, options={{\"verify_signature\": False}})[\"iss\"]\n"
            );
            outcome("a.py", &text).0
        };
        assert_eq!(of("issuer", "pass"), Outcome::NotMet);
        assert_ne!(of("issuer", "# The caller verifies the signature with the issuer's key."), Outcome::NotMet);
        assert_ne!(of("unverified_issuer", "pass"), Outcome::NotMet);
        assert_eq!(of("issuer", "# Decode the token, without verifying it."), Outcome::NotMet);
    }

    #[test]
    fn the_age_of_a_cookie_is_no_expiry_of_a_token() {
        let login = "function f(res) {\n  const token = jwt.sign({ id }, key);\n  res.cookie('token', token, { maxAge: 86400000 });\n}\n";
        assert_eq!(outcome("app.js", login).0, Outcome::NotMet);
        assert_eq!(outcome("app.js", &login.replace("key)", "key, { expiresIn: '1h' })")).0, Outcome::Met);
        // One that ends makes no other end.
        let other = "function g() { return jwt.sign({ id }, key, { expiresIn: '1h' }); }\n";
        assert_eq!(outcome("app.js", &format!("{login}{other}")).0, Outcome::Partly);
        let made = "class A { void f() { Jwts.builder().signWith(key).compact(); } }\n";
        let reset = "class PasswordResetToken { Instant expiresAt; }\n";
        let repo = Fixture::new().file("A.java", made).file("PasswordResetToken.java", reset).snapshot();
        assert_eq!(finding(&repo).outcome(), Outcome::NotMet);
    }
}
