//! What a function does first with a name: asks whether there is something, or uses it.

use std::ops::Range;

/// What happens first to a name that may stand for nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum First {
    /// Somebody asks whether there is something, or hands it to somebody who may.
    Asked,
    /// It is used as if there always were something.
    Used,
}

/// What happens first to `name` in `text[rest]`: the part of the function behind the lookup.
pub(super) fn first_use(text: &str, rest: Range<usize>, name: &str) -> First {
    let Some(rest) = text.get(rest) else { return First::Asked };
    let mut from = 0;
    while let Some(at) = rest[from..].find(name).map(|at| at + from) {
        from = at + name.len();
        let (before, behind) = (&rest[..at], &rest[from..]);
        let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
        let is_whole = !before.ends_with(is_part) && !behind.starts_with(is_part);
        // `other.user` and `{ user: … }` are other names.
        let is_other = before.ends_with('.') || before.ends_with("->") || before.ends_with(['"', '\'']);
        if !is_whole || is_other || is_comment(before) {
            continue;
        }
        let line = &before[before.rfind('\n').map_or(0, |at| at + 1)..];
        let is_key = behind.starts_with(':') && !behind.starts_with("::") && !is_question(line);
        if is_key {
            continue;
        }
        return if is_member(behind) && !is_question(line) { First::Used } else { First::Asked };
    }
    First::Asked
}

/// Whether what follows a name takes something out of it.
fn is_member(behind: &str) -> bool {
    // Whoever says that there is something does not ask: `user!.name`, `user!!.name`.
    let behind = ["!!", "!"].iter().find_map(|sign| behind.strip_prefix(sign)).unwrap_or(behind);
    let word = |rest: &str| rest.starts_with(|c: char| c.is_alphabetic() || c == '_');
    if behind.starts_with('[') {
        return true;
    }
    let Some(rest) = behind.strip_prefix('.').or_else(|| behind.strip_prefix("->")) else { return false };
    // Methods that ask, in the languages of optional values.
    let asks = [
        "is",
        "ifPresent",
        "ifEmpty",
        "flatMap",
        "stream(",
        "map",
        "orElse",
        "or_",
        "ok_or",
        "present",
        "nil",
        "blank",
        "unwrap_or",
        "and_then",
        "filter",
        "try",
        "let",
    ];
    word(rest) && !asks.iter().any(|method| rest.starts_with(method))
}

/// Whether a line asks a question before the name comes.
fn is_question(line: &str) -> bool {
    let line = line.trim_start();
    ["if ", "if(", "elif ", "unless ", "while ", "assert", "match ", "switch", "guard", "when ", "} else if", "expect("]
        .iter()
        .any(|word| line.starts_with(word))
        || ["&&", "||", " and ", " or ", " ? ", "?.", " if "].iter().any(|word| line.contains(word))
}

fn is_comment(before: &str) -> bool {
    let line = before[before.rfind('\n').map_or(0, |at| at + 1)..].trim_start();
    line.starts_with("//") || line.starts_with('#') || line.starts_with('*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happens_first_decides() {
        for (text, first) in [
            ("\n    return user.name", First::Used),
            ("\n    return user['name']", First::Used),
            ("\n    return $user->name", First::Used),
            ("\n    if (!user) throw 1;\n    return user.name", First::Asked),
            ("\n    if user is None:\n        abort(404)\n    return user.name", First::Asked),
            ("\n    return user?.name", First::Asked),
            ("\n    return user ? user.name : null", First::Asked),
            ("\n    return user && user.name", First::Asked),
            ("\n    return user", First::Asked),
            ("\n    check(user);\n    user.name", First::Asked),
            ("\n    // user.name\n    return users.length", First::Asked),
            ("\n    body.user.name; user.name", First::Used),
            ("\n    return user.isPresent()", First::Asked),
            ("\n    user.ifPresent(this::show);", First::Asked),
            ("\n    return user.flatMap(User::name)", First::Asked),
            ("\n    user!.name = name", First::Used),
            ("\n    print(user!!.name)", First::Used),
            ("\n    return user != null", First::Asked),
        ] {
            let name = if text.contains("$user") { "$user" } else { "user" };
            assert_eq!(first_use(text, 0..text.len(), name), first, "{text}");
        }
    }
}
