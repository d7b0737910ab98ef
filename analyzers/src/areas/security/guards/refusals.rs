//! Refusals, and whether somebody's rights were asked about before.

use std::sync::LazyLock;

use crate::code::pattern;
use regex::{Captures, Regex};

use super::is_comment;
use crate::code::CodeMatch;

/// Words that refuse. Where nothing was asked before, they only name a refusal: an error, its constructor, its number.
pub(super) const REFUSALS: &[&str] = &[
    "StatusForbidden",
    "FORBIDDEN",
    "Forbidden",
    "Forbid",
    "ForbiddenException",
    "ForbiddenError",
    "ForbiddenAccessException",
    "AccessDeniedException",
    "AuthorizationException",
    "PermissionDenied",
];

/// How many lines above a refusal its question may stand.
const ABOVE: usize = 8;

/// What asks a question.
static CONDITION: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?-u:\b(if|elif|unless|guard|when|ensure|require|check|and|or)\b)|\|\||&&|\?\?|\?:|\? ")
});

/// Whose rights a question is about.
static RIGHTS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)user|role|owner|author|claim|principal|admin|member|tenant|polic|enforce|permission|permit|allow|staff|scope|privilege|(?-u:\bcan)[_A-Z(?]|creat(or|ed_?by)|belongs",
    )
});

/// Whoever does not know the password is refused as nobody, and not as somebody with fewer rights.
static SECRETS: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)passw|credential|token|secret|signature"));

/// Whom a token names is somebody: `token.UserID != post.UserID` asks for the owner, not for the token.
static NAMED_BY_SECRET: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?i)\b\w*(token|secret|credential)\w*[!?]*(\.get\(|\.|\[)['"]?(?P<field>user_?id|owner_?id|uid|sub|subject)\b"#,
    )
});

/// What .NET stops work by is no secret.
static CANCELLATION: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)cancellation_?token"));

/// A call, with what it is given.
static CALL: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?P<name>\w+)\((?P<given>(?:[^()]|\([^()]*\))*)\)"));

/// Names of functions that look at a secret itself.
static COMPARES: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)verif|valid|compar|equal|match|pars|decod"));

/// A secret as a whole argument.
static GIVEN_SECRET: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)^[\w.]*(token|secret)\w*$"));

/// Texts, and names of errors: they tell of a refusal, and ask nothing.
static TOLD: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#""[^"\n]*"|'[^'\n]*'|`[^`\n]*`|(?-u:\b(Err[A-Z]\w*|\w*(Error|Exception)\w*))"#));

/// Whether a question about somebody's rights stands in the line that ends at `end`, or above it in the same function.
pub(super) fn is_asked_before(text: &str, found: &CodeMatch, end: usize) -> bool {
    let function = found.functions.first().map_or(0, |function| function.bytes.start);
    text[function..end].lines().rev().take(ABOVE + 1).any(|line| {
        let asked = NAMED_BY_SECRET.replace_all(line, "$field");
        let asked = TOLD.replace_all(&asked, "");
        let asked = without_given_secrets(&CANCELLATION.replace_all(&asked, ""));
        let asked = REFUSALS.iter().fold(asked, |line, word| line.replace(word, ""));
        !is_comment(&asked) && CONDITION.is_match(&asked) && RIGHTS.is_match(&asked) && !SECRETS.is_match(&asked)
    })
}

/// `line` without secrets that are only handed on, as in `isOwner(note, token)`: it is not them that are compared.
fn without_given_secrets(line: &str) -> String {
    // The brackets of a condition are no call.
    let line = line.replace("if(", "if (");
    let without = |call: &Captures<'_>| {
        let (name, given) = (&call["name"], &call["given"]);
        if COMPARES.is_match(name) {
            return call[0].to_owned();
        }
        let kept: Vec<&str> = given.split(',').filter(|argument| !GIVEN_SECRET.is_match(argument.trim())).collect();
        // Alone it may be what is asked about: `user.knows(secret)`
        if kept.iter().all(|argument| argument.trim().is_empty()) {
            return call[0].to_owned();
        }
        format!("{name}({})", kept.join(","))
    };
    CALL.replace_all(&line, without).into_owned()
}

#[cfg(test)]
mod tests {
    use crate::areas::security::guards::tests::lines;

    #[test]
    fn a_refusal_counts_where_somebody_was_asked_for() {
        for (path, asked) in [
            (
                "a.go",
                "package a\nfunc f() {\n\tif user.ID != post.UserID {\n\t\tc.Status(http.StatusForbidden)\n\t}\n}\n",
            ),
            ("a.py", "def f(request):\n    if post.author != me:\n        log()\n        raise PermissionDenied\n"),
            ("A.cs", "class A {\n  IResult F() {\n    if (post.OwnerId != user.Id)\n      return Forbid();\n  }\n}\n"),
            (
                "B.cs",
                "class A {\n  async Task<IResult> F() {\n    if (!await notes.IsOwner(id, User, cancellationToken))\n      return Forbid();\n  }\n}\n",
            ),
            (
                "b.go",
                "package a\nfunc f() {\n\tif token.UserID != post.UserID {\n\t\tc.Status(http.StatusForbidden)\n\t}\n}\n",
            ),
            (
                "c.go",
                "package a\nfunc f() {\n\tif !isOwner(post.Get(id), token) {\n\t\tc.Status(http.StatusForbidden)\n\t}\n}\n",
            ),
            (
                "a.rs",
                "fn f() {\n    if post.owner != user {\n        return Err(\n            Error::Forbidden);\n    }\n}\n",
            ),
        ] {
            assert_eq!(lines(path, asked), [4], "{path}");
        }
        for (path, named) in [
            ("a.go", "package a\nfunc Forbidden(user string) error {\n\treturn Error{http.StatusForbidden, user}\n}\n"),
            (
                "b.go",
                "package a\nfunc f() {\n\tif !trusted.Contains(ip) {\n\t\tc.Status(http.StatusForbidden)\n\t}\n}\n",
            ),
            (
                "c.go",
                "package a\nfunc f() {\n\tif errors.Is(err, ErrNotOwner) {\n\t\tc.Status(http.StatusForbidden)\n\t}\n}\n",
            ),
            (
                "e.go",
                "package a\nfunc f() {\n\tif user.checkPassword(given) != nil {\n\t\tc.Status(http.StatusForbidden)\n\t}\n}\n",
            ),
            ("f.go", "package a\nfunc f() {\n\tif user.Token != given {\n\t\tc.Status(http.StatusForbidden)\n\t}\n}\n"),
            (
                "g.go",
                "package a\nfunc f() {\n\tif !user.Verify(id, token) {\n\t\tc.Status(http.StatusForbidden)\n\t}\n}\n",
            ),
            (
                "d.go",
                "package a\nfunc f() {\n\tif text == \"no such user\" {\n\t\treturn http.StatusForbidden\n\t}\n}\n",
            ),
            (
                "a.rs",
                "enum Error { Forbidden, User }\nfn f(e: Error) -> u16 { match e { Error::Role => StatusCode::FORBIDDEN } }\n",
            ),
            (
                "A.java",
                "class A {\n  @ExceptionHandler(AccessDeniedException.class)\n  String user() { return \"no\"; }\n}\n",
            ),
        ] {
            assert!(lines(path, named).is_empty(), "{path}");
        }
    }
}
