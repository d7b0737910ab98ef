//! What kind of value an expression is: a request's, a number's, or one that was checked.

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use crate::Snapshot;
use crate::code::Language;

/// What can be said of a value from its expression alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A number, a checked value, or a row of the database.
    Safe,
    /// What a request carries.
    OfRequest,
    /// What another function makes of what a request carries.
    MadeOfRequest,
    Unknown,
}

/// How each framework hands out what a request carries.
pub(super) static REQUEST: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"\b(req|request|ctx\.request|c\.req|event)\??\.(body|query|params|param|headers|cookies|args|form|formData|json|values|GET|POST|data|query_params|get_json|get_data|queryStringParameters|Form|Query|getParameter|getHeader)\b",
        r"|\bctx\.(query|params|request\.body)\b|\bsearchParams\.get\b",
        r"|\b\w+\.(Param|Query|DefaultQuery|PostForm|FormValue|QueryParam|URLParam|Params|GetQuery|PathValue)\(",
        r"|\bmux\.Vars\(|\bchi\.URLParam\(|\.URL\.Query\(\)",
        r"|\$_(GET|POST|REQUEST|COOKIE)\b|\$request->(input|get|query|post|all|request|route|getParsedBody|getQueryParams|getAttribute|\w+$)|\$args\[",
        r"|\bparams\[:?|\bparams\.(require|permit|fetch)\b",
        r"|\bcall\.(parameters|receive\w*|request)\b|\bRequest\.(Query|Form|Headers|Cookies)\b"
    ))
});

/// Calls whose answer is a number, a checked value, or a row.
static CHECKED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?i)\b(int|integer|float|number|rational|bigdecimal|bigint|parseint|parselong|parsedouble|parsefloat|bool|boolean|uuid|decimal|len|count|str_repeat|intval|floatval|boolval|atoi|itoa|formatint|parseuint|parsebool|toint\w*|tolong\w*|todouble\w*|parse|mustparse|valueof|fromstring|to_i|to_f|date|datetime|fromisoformat|strptime|strtotime|join|repeat|implode",
        r"|\w*(escape|quote|sanitize|placeholder|validate|allowed|whitelist|identifier|hash|sign|verify)\w*)[!?]?(::<\w+>)?\(",
        r"|\.(to_i|to_f|length|size|id|rows|insertId|rowCount)\b|\((int|integer|float|double|bool|boolean|long)\)|::<[iu]\d+>|\bMath\.\w+\(",
        r"|\bawait\b|(?i)\b(query|find|fetch|select|execute|load|create|save|first|one|all|session|prepare)\w*\("
    ))
});

/// What follows a value of a request and makes a number of it, or gives it only if it is one.
static NUMBER_OF: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(\.|&:)(to_i|to_f|toInt\w*|toLong\w*|toDouble\w*|toUUID|length|size|Length|Count)\b",
        r"|\btype\s*=\s*(int|float|bool|uuid\.UUID|UUID|Decimal|lambda)\b|FILTER_VALIDATE_(INT|FLOAT|BOOL)|\|\s*0\s*\)?$"
    ))
});

/// Types that can carry no SQL.
pub(super) static NUMERIC: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(int|Int|Integer|long|Long|short|bool|boolean|Boolean|float|double|Double|Decimal|decimal|BigDecimal|UUID|Uuid|Guid|i8|i16|i32|i64|u8|u16|u32|u64|usize|int32|int64|uint|uint32|uint64|float32|float64|number|DateTime|LocalDate|date|datetime|time)\b",
    )
});

/// Calls that only read a request's body as values: what they give is the request's.
const DECODERS: &[&str] = &[
    "JSON.parse",
    "json.loads",
    "json.load",
    "orjson.loads",
    "json_decode",
    "MultiJson.load",
    "Oj.load",
    "dict",
    "str",
    "String",
    "Object.fromEntries",
];

/// What `source`, its strings taken out, says of itself.
pub(super) fn kind(source: &str, language: Language) -> Kind {
    let is_script = matches!(language, Language::JavaScript | Language::TypeScript | Language::Tsx);
    if is_script && source.starts_with(['+', '~']) {
        return Kind::Safe;
    }
    let Some(found) = REQUEST.find(source) else {
        return if CHECKED.is_match(source) || NUMBER_OF.is_match(source) { Kind::Safe } else { Kind::Unknown };
    };
    let outside = source[..found.start()].trim_end();
    // To wait for a request's body checks nothing.
    let outside = outside.strip_suffix("await").unwrap_or(outside);
    if CHECKED.is_match(outside) || NUMBER_OF.is_match(&source[found.end()..]) {
        Kind::Safe
    } else if outside.trim_start_matches(['(', ' ']).contains('(') {
        Kind::MadeOfRequest
    } else {
        Kind::OfRequest
    }
}

/// Whether the only calls in `source` are such as give a text back nearly as it was: `name.trim()`, `name.clone()`.
pub(super) fn only_reads(source: &str) -> bool {
    const READERS: &[&str] = &[
        "trim",
        "strip",
        "clone",
        "to_string",
        "to_owned",
        "as_str",
        "to_s",
        "toString",
        "unwrap",
        "unwrap_or_default",
        "toLowerCase",
        "toUpperCase",
        "lower",
        "upper",
        "get",
    ];
    source.match_indices('(').all(|(at, _)| READERS.contains(&last_name(&source[..at])))
}

/// Whether a framework lets a parameter through only where its value is a number or fits a pattern.
pub(super) fn is_checked_parameter(parameter: &str) -> bool {
    [
        "ParseIntPipe",
        "ParseUUIDPipe",
        "ParseEnumPipe",
        "ParseBoolPipe",
        "ParseFloatPipe",
        "Literal[",
        "pattern=",
        "regex=",
        "regexp",
    ]
    .iter()
    .any(|mark| parameter.contains(mark))
}

/// Whether a parameter's type is an enumeration of the repository's own.
pub(super) fn is_enum_of(repo: &Snapshot, parameter: &str, language: Language) -> bool {
    let kind = match language {
        Language::Java | Language::CSharp | Language::Php => parameter.split_whitespace().rev().nth(1),
        Language::Go => parameter.split_whitespace().last(),
        _ => parameter.split_once(':').and_then(|(_, kind)| kind.split_whitespace().next()),
    };
    let kind = kind.unwrap_or_default().trim_matches(|c: char| !c.is_alphanumeric() && c != '_');
    if !kind.starts_with(char::is_uppercase) || matches!(kind, "String" | "Request" | "Map" | "List") {
        return false;
    }
    let (listed, derived) = (format!("enum {kind}"), format!("class {kind}("));
    repo.tree().own_texts().filter(|(file, _)| Language::of(&file.path) == Some(language)).any(|(_, text)| {
        holds_word(text, &listed)
            || text.lines().any(|line| {
                line.trim_start().starts_with(&derived) && ["Enum", "Choices"].iter().any(|base| line.contains(base))
            })
    })
}

/// Whether a field or a mutation of GraphQL in Ruby takes a text of that name: `argument :name, String, required: true`.
pub(super) fn is_text_of_graphql(text: &str, name: &str, language: Language) -> bool {
    language == Language::Ruby
        && text.split("argument").skip(1).any(|rest| {
            let Some(rest) = rest.trim_start_matches([' ', '(']).strip_prefix(':').and_then(|it| it.strip_prefix(name))
            else {
                return false;
            };
            let kind =
                rest.strip_prefix(',').map_or("", |rest| rest.split([',', '\n', ')']).next().unwrap_or_default());
            let kind = kind.trim_matches([' ', '[', ']']);
            matches!(kind.rsplit("::").next(), Some("String" | "ID" | "JSON"))
        })
}

/// Whether an address takes `name` only as a number: `/items/<int:name>`. In Flask and FastAPI it stands in the decorators
/// of the function; Django's are in other files.
pub(super) fn is_number_in_address(repo: &Snapshot, name: &str, decorators: Option<&str>) -> bool {
    let Some(decorators) = decorators else { return false };
    let converters = ["int", "uuid", "float"].map(|converter| format!("<{converter}:{name}>"));
    let is_in = |text: &str| converters.iter().any(|converter| text.contains(converter));
    let is_text =
        [format!("<{name}>"), format!(":{name}>"), format!("{{{name}}}")].iter().any(|it| decorators.contains(it));
    if is_text || is_in(decorators) {
        return is_in(decorators);
    }
    let mut sources = repo.tree().own_texts().filter(|(file, _)| Language::of(&file.path) == Some(Language::Python));
    sources.any(|(_, text)| is_in(text))
}

/// `source` without the calls that only decode what a request carries, and without waiting for it.
pub(super) fn undecoded(source: &str) -> &str {
    let mut source = source.trim();
    loop {
        let decoded = DECODERS.iter().find_map(|name| source.strip_prefix(name)?.strip_prefix('('));
        let awaited = source.strip_prefix("await ").map(str::trim_start).filter(|rest| {
            DECODERS.iter().any(|name| rest.starts_with(name))
                || REQUEST.find(rest).is_some_and(|found| found.start() == 0)
        });
        match decoded.or(awaited) {
            Some(inner) => source = inner.trim_start(),
            None => return source,
        }
    }
}

/// The list of PHP that a text is joined of, which is as harmless as what it holds.
pub(super) fn imploded(source: &str) -> Option<&str> {
    let (_, list) = source.strip_prefix("implode(")?.strip_suffix(')')?.split_once(',')?;
    let name = list.trim().strip_prefix('$')?;
    (!name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')).then(|| list.trim())
}

/// Whether each entry of the list that `value` stands for was made a number, or a rule of Laravel's asks for that.
pub(super) fn are_checked(repo: &Snapshot, value: &str) -> bool {
    const NUMBERS: &[&str] = &["integer", "numeric", "uuid", "exists:", "'in:", "Rule::in", "Rule::exists"];
    let key = value.split(['\'', '"']).nth(1).unwrap_or_default();
    let entry = format!("{key}.*");
    ["intval", "(int)", "floatval", "array_fill", "array_map"].iter().any(|call| value.contains(call))
        || !key.is_empty()
            && repo.tree().own_texts().filter(|(file, _)| file.path.ends_with(".php")).any(|(_, text)| {
                let rules = text.lines().filter(|line| line.contains(&entry));
                rules.into_iter().any(|line| NUMBERS.iter().any(|word| line.contains(word)))
            })
}

/// Whether the function of the program's own that `source` hands a value to lets only some through, or makes a number of
/// it, as far as its first lines tell: `time_interval(params[:period])`.
pub(super) fn is_checked_by_own(repo: &Snapshot, source: &str, language: Language) -> bool {
    /// So many lines of a function are read, and so many functions of a name.
    const READ: usize = 25;
    const MOST: usize = 3;
    static CHECKS: LazyLock<Regex> = LazyLock::new(|| {
        pattern(concat!(
            r"\\A|=~|\.match\b|\bmatch\?|fullmatch|preg_match|in_array\(|\.includes\(|include\?|MatchString|\bto_i\b|\bInteger\(",
            r"|parseInt\(|\bNumber\(|\bAtoi\(|\bint\(|intval\(|(?i)whitelist|allowed|\bswitch\b|\bwhen\s|\bcase\s"
        ))
    });
    let Some(found) = REQUEST.find(source) else { return false };
    let before = source[..found.start()].trim_end();
    let Some((callee, _)) = before.rsplit_once('(') else { return false };
    let name = last_name(callee);
    if name.len() < 4 {
        return false;
    }
    let heads = ["def ", "def self.", "function ", "func ", "fn ", "const "].map(|head| format!("{head}{name}"));
    let declares = |line: &str| {
        let is_whole = |head: &String| {
            line.split_once(head.as_str())
                .is_some_and(|(_, rest)| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
        };
        heads.iter().any(is_whole)
    };
    let sources = repo.tree().own_texts().filter(|(file, text)| {
        let of = Language::of(&file.path);
        text.contains(name) && of.is_some_and(|it| it == language || it.is_script() && language.is_script())
    });
    let bodies = sources.filter_map(|(_, text)| {
        let lines: Vec<&str> = text.lines().collect();
        let first = lines.iter().position(|line| declares(line))?;
        Some(lines[first..(first + READ).min(lines.len())].join("\n"))
    });
    bodies.take(MOST).any(|body| CHECKS.is_match(&body))
}

fn last_name(source: &str) -> &str {
    source.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default()
}

fn holds_word(text: &str, word: &str) -> bool {
    text.match_indices(word)
        .any(|(at, _)| !text[at + word.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_'))
}
