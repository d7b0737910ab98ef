//! What stands in a Dockerfile for a name that it gives a value itself.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::code::pattern;
use regex::{Captures, Regex};

use super::files::is_dockerfile;

/// The text of a file, where it is a Dockerfile with the values of its `ENV` and `ARG` put in; line by line the same.
pub(super) fn resolved<'text>(name: &str, text: &'text str) -> Cow<'text, str> {
    static NAME: LazyLock<Regex> = LazyLock::new(|| pattern(r"\$(?:\{(?P<braced>\w+)\}|(?P<bare>\w+))"));
    if !is_dockerfile(name) || !text.contains('$') {
        return Cow::Borrowed(text);
    }
    let values = values(text);
    NAME.replace_all(text, |found: &Captures<'_>| {
        let name = found.name("braced").or_else(|| found.name("bare")).map_or("", |name| name.as_str());
        values.get(name).copied().unwrap_or(&found[0]).to_owned()
    })
}

/// `ENV NAME value`, `ENV NAME=value OTHER=value` and `ARG NAME=value`.
fn values(text: &str) -> BTreeMap<&str, &str> {
    let mut values = BTreeMap::new();
    for line in text.lines().map(str::trim) {
        let Some(set) = line.strip_prefix("ENV ").or_else(|| line.strip_prefix("ARG ")) else { continue };
        match set.trim_start().split_once(' ') {
            Some((name, value)) if !name.contains('=') => _ = values.insert(name, value.trim()),
            _ => values.extend(set.split_whitespace().filter_map(|pair| pair.split_once('='))),
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::resolved;

    #[test]
    fn a_name_is_what_the_file_says_that_it_is() {
        let text = "ARG HOME=/srv\nENV TOOL /bin/goose\nENV A=1 B=2\nCMD ${TOOL} -v $A$B $TOOLS \"$HOME\" ${OTHER}\n";
        let last = |name: &str| resolved(name, text).lines().last().map(str::to_owned);
        assert_eq!(last("Dockerfile").as_deref(), Some("CMD /bin/goose -v 12 $TOOLS \"/srv\" ${OTHER}"));
        assert_eq!(last("start.sh").as_deref(), Some("CMD ${TOOL} -v $A$B $TOOLS \"$HOME\" ${OTHER}"));
    }
}
