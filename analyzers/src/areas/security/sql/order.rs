//! Names to sort by, which no placeholder can hold: whoever writes one into SQL has to compare it with a list before.

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use crate::Snapshot;
use crate::code::{CodeMatch, Language};

/// What stands before a name to sort by, or the direction behind it.
static BEFORE: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?is)\border\s+by\s+(?P<since>[^;()'?]*)$"));

/// What ends the names to sort by.
static BEHIND: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\b(limit|offset|fetch|for)\b"));

/// A function that asks whether a name may be sorted by: `isValidSort(sort)`, `allowedColumns[column]`.
static ASKED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?i)\w*(valid|allow|permit|white_?list|saniti|safe|check|accept)\w*[!?]?\s*[\[(][^\])\n]*(sort|order|column|field|dir)",
        r"|(sort|order|column|field|dir)\w*[^\n]{0,60}\b\w*(valid|allow|permit|white_?list)"
    ))
});

/// Whether a call takes what to sort by as it is written.
pub(super) fn takes(callee: &str, language: Language, text: &str) -> bool {
    match callee.rsplit(['.', ':', '>']).next().unwrap_or(callee) {
        "order" => language == Language::Go && text.contains("gorm"),
        "orderbyraw" => true,
        "orderby" | "addorderby" => language.is_script() && text.contains("createQueryBuilder"),
        _ => false,
    }
}

/// Whether what follows `before` in a text of SQL is sorted by.
pub(super) fn is_next(before: &str) -> bool {
    BEFORE.captures(before).is_some_and(|found| !BEHIND.is_match(&found["since"]))
}

/// Whether the function around `call` in `text` seems to let only some names through.
pub(super) fn is_checked(text: &str, call: &CodeMatch) -> bool {
    let function = call.functions.first().and_then(|function| text.get(function.bytes.clone()));
    ASKED.is_match(function.unwrap_or(text))
}

/// Whether a member is declared with the values that it may have: `@IsIn([…]) sort: string`, `binding:"oneof=name age"`.
pub(super) fn is_listed(repo: &Snapshot, hole: &str, call: &CodeMatch) -> bool {
    /// How many lines above a member may say it.
    const ABOVE: usize = 5;
    const LISTS: &[&str] =
        &["@IsIn(", "@IsEnum(", ".enum(", "nativeEnum(", ".valid(", "oneof", "' | '", "\" | \"", "keyof "];
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let Some((_, member)) = hole.trim().rsplit_once('.').filter(|(_, member)| member.chars().all(is_part)) else {
        return false;
    };
    let declares = |line: &str| {
        let rest = line.trim_start().trim_start_matches("readonly ").strip_prefix(member);
        rest.is_some_and(|rest| rest.starts_with([' ', ':', '?', '!', '\t']))
    };
    let sources = repo.tree().own_texts().filter(|(file, text)| {
        let language = Language::of(&file.path);
        text.contains(member)
            && language.is_some_and(|it| it == call.language || it.is_script() && call.language.is_script())
    });
    sources.into_iter().any(|(_, text)| {
        let lines: Vec<&str> = text.lines().collect();
        (0..lines.len()).filter(|at| declares(lines[*at])).any(|at| {
            let said = &lines[at.saturating_sub(ABOVE)..=at];
            // What is said of the member before is said of that.
            let own = said.iter().rposition(|line| line.trim_end().ends_with(';') && *line != lines[at]);
            said[own.map_or(0, |own| own + 1)..].iter().any(|line| LISTS.iter().any(|list| line.contains(list)))
        })
    })
}

#[cfg(test)]
mod tests {
    use crate::Outcome::{Met, NotApplicable, NotMet, Partly};
    use crate::areas::security::sql::tests::outcome;

    const GORM: &str = "package a\nimport \"gorm.io/gorm\"\nfunc (r *repo) List(sort *string, dir Direction) {\n\tcolumn := \"id\"\n\tif sort != nil && *sort != \"\" {\n\t\tcolumn = *sort\n\t}\n\tr.db.Where(\"a = ?\", 1).\n\t\tOrder(fmt.Sprintf(\"%s %s\", column, dir.String())).Find(&users)\n}\n";

    #[test]
    fn gorm_sorts_by_what_is_handed_to_a_function() {
        assert_eq!(outcome("a.go", GORM), Partly);
        assert_eq!(outcome("a.go", &GORM.replace("column = *sort", "column = \"name\"")), Met);
        assert_eq!(outcome("a.go", &GORM.replace("sort != nil", "isValidSort(sort)")), Met);
        assert_eq!(outcome("a.go", &GORM.replace("*sort != \"\"", "allowedSorts[*sort]")), Met);
        let plain = "package a\nimport \"gorm.io/gorm\"\nfunc (r *repo) List(sort string) {\n\tr.db.Order(sort).Find(&users)\n}\n";
        assert_eq!(outcome("a.go", plain), Partly);
        assert_eq!(
            outcome(
                "a.go",
                &plain
                    .replace("sort string", "sort clause.OrderByColumn")
                    .replace("Order(sort)", "Order(clause.OrderByColumn{Column: clause.Column{Name: sort}})")
            ),
            NotApplicable
        );
        let of_request = "package a\nimport \"gorm.io/gorm\"\nfunc f(c *gin.Context) {\n\tsort := c.Query(\"sort\")\n\tdb.Order(sort + \" desc\").Find(&users)\n}\n";
        assert_eq!(outcome("a.go", of_request), NotMet);
    }

    #[test]
    fn what_other_builders_sort_by() {
        let laravel = "<?php\nclass Users {\n  public function all($sort) {\n    return $this->query()->whereRaw('a = ?', [1])->orderByRaw($sort . ' desc')->get();\n  }\n}\n";
        assert_eq!(outcome("app/Users.php", laravel), Partly);
        assert_eq!(outcome("app/Users.php", &laravel.replace("$sort . ' desc'", "'name desc'")), Met);
        let of_request = laravel
            .replace("$sort . ' desc'", "request()->input('sort')")
            .replace("($sort)", "(Request $request)")
            .replace("request()", "$request");
        assert_eq!(outcome("app/Users.php", &of_request), NotMet);
        let typeorm = "class A {\n  all(query) {\n    return this.users.createQueryBuilder('u').where('u.a = :a', { a: 1 }).orderBy(`u.${query.sortBy}`, query.direction).getMany();\n  }\n}\n";
        assert_eq!(outcome("a.ts", typeorm), Partly);
        assert_eq!(outcome("a.ts", &typeorm.replace("`u.${query.sortBy}`", "'u.name'")), Met);
        let listed = format!("class Query {{\n  @IsIn(['name', 'age'])\n  sortBy: string;\n}}\n{typeorm}");
        assert_eq!(outcome("a.ts", &listed), Met);
        // Knex quotes what it sorts by.
        assert_eq!(
            outcome("a.js", "function all(sort) { return knex('users').whereRaw('a = 1').orderBy(sort); }\n"),
            Met
        );
    }

    #[test]
    fn sql_that_is_sorted_by_what_is_handed_to_a_function() {
        let of = |end: &str| {
            outcome("a.py", &format!("def all(sort, page):\n    cursor.execute(f\"SELECT * FROM users {end}\")\n"))
        };
        assert_eq!(of("ORDER BY {sort} DESC"), Partly);
        assert_eq!(of("ORDER BY name LIMIT {page}"), Met);
        assert_eq!(of("ORDER BY name"), Met);
        let checked = "def all(sort):\n    if sort not in COLUMNS:\n        raise ValueError\n    cursor.execute(f\"SELECT * FROM users ORDER BY {sort}\")\n";
        assert_eq!(outcome("a.py", checked), Met);
    }
}
