//! What a plain view of Django answers with, by the words of its body.

/// Whether the view `name` in `text` answers with data. `None` where it is not there, or answers in a way that is not
/// known.
pub(super) fn is_data(text: &str, name: &str) -> Option<bool> {
    let body = definition(text, name)?;
    if says_data(body) {
        return Some(true);
    }
    let helpers = text.lines().filter_map(|line| defined(line).filter(|other| *other != name));
    if helpers
        .filter(|other| body.contains(&format!("{other}(")))
        .filter_map(|other| definition(text, other))
        .any(says_data)
    {
        return Some(true);
    }
    let is_empty = body.lines().skip(1).all(|line| matches!(line.trim(), "" | "pass" | "..."));
    let is_plain = ["(View)", "(LoginRequiredMixin, View)"].iter().any(|bases| body.contains(bases));
    (is_empty && is_plain || body.contains("HttpResponse") || body.contains("redirect(")).then_some(false)
}

/// Whether `text` defines `name`.
pub(super) fn defines(text: &str, name: &str) -> bool {
    text.contains(name) && text.lines().any(|line| defined(line) == Some(name))
}

/// What a line begins to define.
fn defined(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let rest = ["def ", "async def ", "class "].iter().find_map(|word| line.strip_prefix(word))?;
    rest.split(['(', ':']).next()
}

/// The lines of a function or class.
fn definition<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let (mut at, mut found) = (0, None);
    for line in text.split_inclusive('\n') {
        match found {
            None if defined(line) == Some(name) => found = Some((at, indent(line))),
            Some((start, depth))
                if !line.trim().is_empty() && indent(line) <= depth && !line.trim().starts_with(')') =>
            {
                return Some(&text[start..at]);
            }
            _ => {}
        }
        at += line.len();
    }
    found.map(|(start, _)| &text[start..])
}

fn says_data(body: &str) -> bool {
    let answers = body.match_indices("Response(").any(|(at, _)| !body[..at].ends_with(char::is_alphanumeric));
    answers || ["json", "Json", "JSON", "serializ", "Serializ", "xml", "csv"].iter().any(|word| body.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_is_what_a_view_or_its_helper_makes() {
        let text = "def answer(data):\n    return JsonResponse(data)\n\ndef a(request):\n    return answer({})\n\ndef b(request):\n    return HttpResponse('b')\n\ndef c(request):\n    return elsewhere(request)\n";
        assert_eq!(is_data(text, "a"), Some(true));
        assert_eq!(is_data(text, "b"), Some(false));
        assert_eq!(is_data(text, "c"), None);
        assert_eq!(is_data(text, "d"), None);
    }
}
