//! A text that is put together step by step: what is added to a list or a builder before it becomes SQL.

use super::expression;

/// Members that add what they are given to what they belong to.
const ADDING: &[&str] = &[
    "append(",
    "Append(",
    "AppendLine(",
    "AppendFormat(",
    "push_str(",
    "push(",
    "WriteString(",
    "concat(",
    "insert(",
    "add(",
    "Add(",
];

/// What `text` adds to `name`, in order.
pub(super) fn added_to<'a>(name: &str, text: &'a str) -> Vec<&'a str> {
    let mut added = Vec::new();
    for (at, _) in text.match_indices(name) {
        if text[..at].ends_with(|c: char| c.is_alphanumeric() || "_$.".contains(c)) {
            continue;
        }
        let mut rest = &text[at + name.len()..];
        // Go: `name = append(name, step)`.
        if let Some(steps) = rest.strip_prefix(", ").filter(|_| text[..at].ends_with("append(")) {
            added.push(expression::split(steps, &[")"])[0]);
            continue;
        }
        if let Some(step) = rest.trim_start().strip_prefix("<<").or_else(|| rest.trim_start().strip_prefix("[] =")) {
            added.push(step.lines().next().unwrap_or_default().trim().trim_end_matches(';'));
            continue;
        }
        // `name.append(a).append(b)`.
        while let Some(member) = rest.trim_start().strip_prefix('.') {
            let Some(arguments) = ADDING.iter().find_map(|adding| member.strip_prefix(adding)) else { break };
            let step = expression::split(arguments, &[")"])[0];
            added.push(step);
            rest = arguments.get(step.len() + 1..).unwrap_or_default();
        }
    }
    added
}

/// The list of which `source` joins the parts, if it is one with a name or a member: `parts.join('')`,
/// `strings.Join(parts, '')`.
pub(super) fn joined(source: &str) -> Option<&str> {
    let is_name = |name: &&str| {
        name.starts_with(|c: char| c.is_alphabetic() || "_$".contains(c))
            && name.chars().all(|c| c.is_alphanumeric() || "_$.".contains(c))
    };
    if let Some((parts, _)) = source.split_once(".join(").filter(|(before, _)| is_name(before) && *before != "String") {
        return Some(parts);
    }
    let list = ["strings.Join(", "implode(", "''.join(", "String.join(", "string.Join("]
        .iter()
        .find_map(|call| source.strip_prefix(call))?;
    list.split([',', ')']).map(str::trim).find(is_name)
}

/// `source` without what only hands a builder's text out: `sql` of `sql.toString()`, `{ text: sql }` and
/// `new StringBuilder(sql)`.
pub(super) fn built(source: &str) -> &str {
    let mut source = source.trim().trim_start_matches('&').trim();
    if let Some(object) = source.strip_prefix('{').and_then(|source| source.strip_suffix('}')) {
        let text = expression::split(object, &[","]).into_iter().find_map(|member| {
            let (key, value) = member.split_once(':')?;
            matches!(key.trim(), "text" | "sql").then_some(value.trim())
        });
        source = text.unwrap_or(source);
    }
    const ENDS: &[&str] =
        &[".toString()", ".ToString()", ".String()", ".as_str()", ".to_string()", ".as_ref()", ".trim()", ".to_s"];
    while let Some(rest) = ENDS.iter().find_map(|end| source.strip_suffix(end)) {
        source = rest;
    }
    let builders = ["new StringBuilder(", "new StringBuffer(", "StringBuilder("];
    builders.iter().find_map(|new| source.strip_prefix(new)?.strip_suffix(')')).unwrap_or(source)
}

/// Whether `text`, in Go, reads the body of a request into `name`.
pub(super) fn is_read_from_body(name: &str, text: &str) -> bool {
    const BINDERS: &[&str] =
        &["Bind(", "BindJSON(", "BindQuery(", "BindUri(", "BindWith(", "BodyParser(", "QueryParser(", "ParamsParser("];
    const OF_BODY: &[&str] = &["Decode(", "DecodeJSON(", "readJSON(", "ReadJSON(", "Unmarshal("];
    let reads_body =
        ["r.Body", "req.Body", "Request.Body", "c.Body()", "request.Body"].iter().any(|it| text.contains(it));
    let target = format!("&{name}");
    text.lines().any(|line| {
        let Some((before, after)) = line.split_once(&target) else { return false };
        !after.starts_with(|c: char| c.is_alphanumeric() || "_.[".contains(c))
            && (BINDERS.iter().any(|binder| before.contains(binder))
                || reads_body && !before.contains("Find") && OF_BODY.iter().any(|reader| before.contains(reader)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_added_step_by_step() {
        for (text, expected) in [
            ("sql.append(\" WHERE a = '\").append(a); sql.append(b);", vec!["\" WHERE a = '\"", "a", "b"]),
            ("sql = append(sql, \"a = '\"+a+\"'\")\n", vec!["\"a = '\"+a+\"'\""]),
            ("sql << \" AND a = #{a}\"\n", vec!["\" AND a = #{a}\""]),
            ("my_sql.append(a); x.sql.append(b); sql.trim()", vec![]),
        ] {
            assert_eq!(added_to("sql", text), expected, "{text}");
        }
    }

    #[test]
    fn lists_that_are_joined() {
        assert_eq!(joined("parts.join('')"), Some("parts"));
        assert_eq!(joined("strings.Join(parts, '')"), Some("parts"));
        assert_eq!(joined("implode('', $parts)"), Some("$parts"));
        assert_eq!(joined("String.join('', ids)"), Some("ids"));
        assert_eq!(joined("body.ids.join('')"), Some("body.ids"));
        assert_eq!(joined("ids.map(mark).join('')"), None);
    }

    #[test]
    fn bodies_that_go_reads() {
        assert!(is_read_from_body("in", "json.NewDecoder(r.Body).Decode(&in)"));
        assert!(is_read_from_body("in", "if err := c.ShouldBindJSON(&in); err != nil {"));
        assert!(!is_read_from_body("in", "users.FindOne(ctx, filter).Decode(&in)"));
        assert!(!is_read_from_body("in", "c.ShouldBindJSON(&input)"));
    }
}
