//! Defects that were planted in small programs, mapper by mapper, and the same programs without them. Each file under
//! `planted/` has what every program of a mapper has in common, and then pairs: one with a defect, whose line is marked,
//! and one where it is mended. A finding must stand at that line, and nothing may be said of its counterpart.

use std::fmt::Write;

use super::Database;
use crate::snapshot::fixture::Fixture;
use crate::{Analyzer, Outcome, Place, registry};

const MARK: &str = "«here»";

const MAPPERS: &[(&str, &str)] = &[
    ("ActiveRecord", include_str!("planted/activerecord.txt")),
    ("database/sql", include_str!("planted/database_sql.txt")),
    ("Diesel", include_str!("planted/diesel.txt")),
    ("Django", include_str!("planted/django.txt")),
    ("Doctrine", include_str!("planted/doctrine.txt")),
    ("EF Core", include_str!("planted/efcore.txt")),
    ("Eloquent", include_str!("planted/eloquent.txt")),
    ("Exposed", include_str!("planted/exposed.txt")),
    ("GORM", include_str!("planted/gorm.txt")),
    ("JPA", include_str!("planted/jpa.txt")),
    ("Mongoose", include_str!("planted/mongoose.txt")),
    ("Prisma", include_str!("planted/prisma.txt")),
    ("Sequelize", include_str!("planted/sequelize.txt")),
    ("SQLAlchemy", include_str!("planted/sqlalchemy.txt")),
    ("sqlx (Go)", include_str!("planted/sqlx_go.txt")),
    ("sqlx (Rust)", include_str!("planted/sqlx_rust.txt")),
    ("TypeORM", include_str!("planted/typeorm.txt")),
];

type Files = Vec<(&'static str, String)>;

/// A defect and what has none of it.
struct Planted {
    /// The last part of the signal's id.
    signal: &'static str,
    defect: &'static str,
    path: &'static str,
    line: u32,
    with: Files,
    without: Files,
}

#[test]
fn planted_defects_are_found_and_their_counterparts_are_not_accused() {
    let (mut said, mut wrong) = (String::new(), String::new());
    for (mapper, text) in MAPPERS {
        let planted = read(text);
        let (mut found, mut accused) = (0, 0);
        for case in &planted {
            let (outcome, places) = examine(case.signal, &case.with);
            if is_bad(outcome)
                && places.iter().any(|place| {
                    place.path == case.path && place.lines.is_some_and(|(from, to)| (from..=to).contains(&case.line))
                })
            {
                found += 1;
            } else {
                let at = format!("{}:{}", case.path, case.line);
                let _ = writeln!(
                    wrong,
                    "{mapper}: missed {} ({}) at {at}: {outcome:?} {places:?}",
                    case.signal, case.defect
                );
            }
            let (outcome, places) = examine(case.signal, &case.without);
            if is_bad(outcome) {
                accused += 1;
                let _ = writeln!(wrong, "{mapper}: accused {} ({}): {outcome:?} {places:?}", case.signal, case.defect);
            }
        }
        let of = planted.len();
        let _ = writeln!(said, "{mapper}: found {found} of {of}, accused {accused} of {of}");
    }
    assert!(wrong.is_empty(), "{said}\n{wrong}");
}

#[test]
fn signs_of_several_bytes_break_no_area() {
    let changes: [fn(&str) -> String; 4] = [
        |text| text.replace(' ', "\u{3000}"),
        |text| text.replace('=', "…="),
        |text| text.replace('(', "—("),
        |text| text.replace(['\'', '"'], "é\""),
    ];
    for (mapper, text) in MAPPERS {
        for change in changes {
            let files = read(text).into_iter().enumerate().flat_map(|(index, case)| {
                case.with.into_iter().map(move |(path, text)| (format!("{index}/{path}"), change(&text)))
            });
            let repo = files.fold(Fixture::new(), |repo, (path, text)| repo.file(&path, &text)).snapshot();
            let findings = registry::analyzers().iter().flat_map(|analyzer| analyzer.examine(&repo));
            assert!(findings.count() > 20, "{mapper}");
        }
    }
}

fn is_bad(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::NotMet | Outcome::Partly)
}

/// What a review says of the signal, and where.
fn examine(signal: &str, files: &Files) -> (Outcome, Vec<Place>) {
    let repo = files.iter().fold(Fixture::new(), |repo, (path, text)| repo.file(path, text)).snapshot();
    let id = format!("database.{signal}");
    let finding = Database.examine(&repo).into_iter().find(|finding| finding.signal() == id).expect("a known signal");
    (finding.outcome(), finding.places().to_vec())
}

fn read(text: &'static str) -> Vec<Planted> {
    let mut parts = text.split("\n=== ");
    let everywhere = files(parts.next().expect("what every program has"));
    let with_everywhere = |part| everywhere.iter().cloned().chain(files(part)).collect::<Files>();
    let mut planted = Vec::new();
    while let (Some(with), Some(without)) = (parts.next(), parts.next()) {
        let (signal, defect) =
            with.lines().next().and_then(|line| line.split_once(": ")).expect("a signal and a defect");
        assert!(without.starts_with("clean\n") && !without.contains(MARK), "no counterpart of {signal}: {defect}");
        let mut with = with_everywhere(with);
        let (path, before) = with
            .iter()
            .find_map(|(path, text)| Some((*path, text.split_once(MARK)?.0)))
            .unwrap_or_else(|| panic!("no mark in {signal}: {defect}"));
        let line = before.matches('\n').count() as u32 + 1;
        with.iter_mut().for_each(|(_, text)| *text = text.replace(&format!(" {MARK}"), ""));
        planted.push(Planted { signal, defect, path, line, with, without: with_everywhere(without) });
    }
    planted
}

fn files(part: &'static str) -> Files {
    let file = |file: &'static str| file.split_once('\n').map(|(path, text)| (path, text.to_owned()));
    part.split("\n--- ").skip(1).filter_map(file).collect()
}
