//! Code of ASP.NET that runs only on a developer's machine: below `if (app.Environment.IsDevelopment())`.

use crate::Snapshot;

/// Whether a line of a source runs only there: it stands below such a condition, or in a class that is only handed to the
/// program below one.
pub(super) fn is_only(repo: &Snapshot, path: &str, text: &str, line: u32) -> bool {
    if !path.ends_with(".cs") {
        return false;
    }
    let lines: Vec<&str> = text.lines().collect();
    is_below(&lines, line as usize - 1)
        || class(&lines[..line as usize - 1]).is_some_and(|name| is_handed_over(repo, name))
}

/// Whether every line that hands a class to the program to be started stands below such a condition, and there is one.
fn is_handed_over(repo: &Snapshot, class: &str) -> bool {
    let hands = format!("AddHostedService<{class}>");
    let sources = repo.tree().own_texts().filter(|(file, text)| file.path.ends_with(".cs") && text.contains(&hands));
    let mut found = sources.flat_map(|(_, text)| {
        let lines: Vec<&str> = text.lines().collect();
        let at: Vec<usize> = (0..lines.len()).filter(|index| lines[*index].contains(&hands)).collect();
        at.into_iter().map(move |index| is_below(&lines, index)).collect::<Vec<bool>>()
    });
    let Some(first) = found.next() else { return false };
    first && found.all(|is_below| is_below)
}

/// The class that the last of the lines stands in.
fn class<'text>(before: &[&'text str]) -> Option<&'text str> {
    let line = before.iter().rev().find(|line| line.contains("class ") && !line.trim_start().starts_with('/'))?;
    let (_, name) = line.split_once("class ")?;
    name.split(|c: char| !c.is_alphanumeric() && c != '_').find(|name| !name.is_empty())
}

/// Whether a line stands in a block, or is the statement, of a condition that asks for the developer's machine.
fn is_below(lines: &[&str], at: usize) -> bool {
    let asks = |line: &str| line.contains("if") && line.contains("IsDevelopment()") && !line.contains(['!', '|']);
    let said_before = |index: usize| lines[..index].iter().rev().find(|line| !line.trim().is_empty()).copied();
    if said_before(at).is_some_and(|line| asks(line) && !line.contains(['{', ';'])) {
        return true;
    }
    // Blocks between that are closed again.
    let mut closed = 0;
    for index in (0..at).rev() {
        let line = lines[index];
        let opened = line.matches('{').count() as i32 - line.matches('}').count() as i32;
        if opened > closed {
            let opening = if line.trim() == "{" { said_before(index).unwrap_or_default() } else { line };
            if asks(opening) {
                return true;
            }
        }
        closed = (closed - opened).max(0);
    }
    false
}

#[cfg(test)]
mod tests {
    use super::is_only;
    use crate::snapshot::fixture::Fixture;

    fn only(program: &str, others: &[(&str, &str)]) -> bool {
        let line = program.lines().position(|line| line.contains("Migrate()")).map_or(0, |index| index as u32 + 1);
        let repo = others.iter().fold(Fixture::new(), |repo, (path, text)| repo.file(path, text)).snapshot();
        is_only(&repo, "Program.cs", program, line)
    }

    #[test]
    fn a_condition_around_it_is_seen() {
        let wait = "using var scope = app.Services.CreateScope();";
        for program in [
            format!("if (app.Environment.IsDevelopment())\n{{\n    {wait}\n    db.Database.Migrate();\n}}\n"),
            format!("if (app.Environment.IsDevelopment()) {{\n    {wait}\n    db.Database.Migrate();\n}}\n"),
            "if (env.IsDevelopment())\n    db.Database.Migrate();\n".to_owned(),
        ] {
            assert!(only(&program, &[]), "{program}");
        }
        for program in [
            "if (app.Environment.IsDevelopment())\n{\n    app.UseSwagger();\n}\ndb.Database.Migrate();\n",
            "if (!app.Environment.IsDevelopment())\n{\n    db.Database.Migrate();\n}\n",
            "if (env.IsDevelopment() || env.IsProduction())\n{\n    db.Database.Migrate();\n}\n",
            "db.Database.Migrate();\n",
        ] {
            assert!(!only(program, &[]), "{program}");
        }
    }

    #[test]
    fn a_service_that_is_only_started_there_is_seen() {
        let service =
            "class Filler : IHostedService\n{\n    void Start()\n    {\n        db.Database.Migrate();\n    }\n}\n";
        let starts = "if (env.IsDevelopment())\n{\n    services.AddHostedService<Filler>();\n}\n";
        assert!(only(service, &[("Services.cs", starts)]));
        assert!(!only(service, &[("Services.cs", "services.AddHostedService<Filler>();\n")]));
        assert!(!only(service, &[]));
    }
}
