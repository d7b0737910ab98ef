//! Steps that are left out of a set-up, although what installs and what starts it is named.

use super::{Steps, database, examples, folders, mounted, references, scripts, written};
use crate::Place;
use crate::areas::deployment::applied::{database_left_out, left_out};
use crate::areas::readme::{listed, present};
use crate::documents::{Command, Document};
use crate::environment::{Environment, Variable};

/// Something without which the set-up can't work.
pub(super) struct Gap {
    /// As it follows "says how to start it, but".
    pub(super) what: String,
    pub(super) place: Option<Place>,
    pub(super) remedy: String,
}

/// The first such gap of the steps.
pub(super) fn first(steps: &Steps<'_>) -> Option<Gap> {
    broken(steps)
        .or_else(|| skeleton(steps))
        .or_else(|| generated(steps))
        .or_else(|| folders::missing(steps))
        .or_else(|| scripts::misplaced(steps))
        .or_else(|| examples::misplaced(steps))
        .or_else(|| references::packages(steps))
        .or_else(|| mounted::packages(steps))
        .or_else(|| references::edited(steps))
        .or_else(|| references::networks(steps))
        .or_else(|| no_database(steps))
        .or_else(|| no_migration(steps))
        .or_else(|| no_variable(steps))
        .or_else(|| references::settings(steps))
        .or_else(|| written::unknown(steps))
        .or_else(|| examples::uncopied(steps))
        .or_else(|| database::no_server(steps))
}

fn broken(steps: &Steps<'_>) -> Option<Gap> {
    let (document, command) = steps.broken.first()?;
    let missing = command.missing.as_deref().unwrap_or_default();
    Some(Gap {
        what: format!("a step on the way, `{}`, refers to a {missing}, which does not exist", command.text),
        place: Some(document.at(steps.repo, command.line)),
        remedy: format!("Correct the step `{}` in {}, or take it out.", command.text, document.path),
    })
}

/// What a skeleton says of how to make a project out of it, where that is all that is said of how to install this one.
fn skeleton(steps: &Steps<'_>) -> Option<Gap> {
    let makes_another = |command: &Command| command.text.contains("create-project");
    let (document, command) = *steps.prepare.first()?;
    if !steps.prepare.iter().all(|(_, command)| makes_another(command)) || present::boilerplate(document).is_none() {
        return None;
    }
    Some(Gap {
        what: format!("`{}` makes another project out of a skeleton, and does not install this one", command.text),
        place: Some(document.at(steps.repo, command.line)),
        remedy: format!("Write in {} how this project is installed, such as `composer install`.", document.path),
    })
}

/// What a generator wrote into its README, where nobody wrote another word on how this project is run.
fn generated(steps: &Steps<'_>) -> Option<Gap> {
    let (document, command) = *steps.start.first()?;
    let generator = present::boilerplate(document)?;
    // What brings up containers is no generator's.
    let is_of_generator = |(document, command): &(&Document, &Command)| {
        present::boilerplate(document).is_some() && !command.text.contains("docker")
    };
    if !steps.start.iter().chain(&steps.prepare).all(is_of_generator) {
        return None;
    }
    Some(Gap {
        what: format!("that is still the text that {generator} generates, which knows nothing of this project"),
        place: Some(document.at(steps.repo, command.line)),
        remedy: format!("Write in {} what this project needs before it starts, and how it is started.", document.path),
    })
}

fn no_database(steps: &Steps<'_>) -> Option<Gap> {
    let (place, command) = database_left_out(steps.repo)?;
    Some(Gap {
        what: "nothing that is written down or started makes the database".to_owned(),
        place: Some(place),
        remedy: format!("Add the command that makes the database to {}, such as `{command}`.", steps.path()),
    })
}

fn no_migration(steps: &Steps<'_>) -> Option<Gap> {
    let (migrator, command) = left_out(steps.repo)?;
    Some(Gap {
        what: format!(
            "nothing that is written down or started makes the tables of the database, by the migrations in {} ({})",
            migrator.path, migrator.tool
        ),
        place: Some(migrator.place),
        remedy: format!("Add the command that applies the migrations to {}, such as `{command}`.", steps.path()),
    })
}

fn no_variable(steps: &Steps<'_>) -> Option<Gap> {
    let demanded: Vec<&Variable> = Environment::of(steps.repo).demanded().collect();
    let first = demanded.first()?;
    let names = listed(demanded.iter().map(|variable| variable.name.as_str()), 3);
    let are = if demanded.len() == 1 { "is" } else { "are" };
    Some(Gap {
        what: format!("{names}, without which it does not start, {are} named nowhere"),
        place: first.places.first().map(|spot| spot.place(steps.repo)),
        remedy: format!("Name {names} in {} or in an example file, with a harmless value.", steps.path()),
    })
}
