//! Does configuration come from the environment, with an example?

use super::{migrators, not_deployed};
use crate::environment::Environment;
use crate::{Evidence, Finding, Place, Snapshot};

const SIGNAL: &str = "deployment.configuration";

pub(super) fn finding(repo: &Snapshot) -> Finding {
    if let Some(why) = not_deployed(repo) {
        return Finding::not_applicable(SIGNAL, why);
    }
    let environment = Environment::of(repo);
    let examples = environment.example_files();
    let finding = if environment.read().is_empty() {
        if !examples.is_empty() || !environment.set_aside().is_empty() {
            let place = examples.first().map(|path| Place::file(repo.head(), path.as_str()));
            let summary =
                "The code reads no setting of its own from the environment, only what frameworks and platforms set.";
            Finding::partly(SIGNAL, summary, Evidence::or_absence(place, repo.head())).indicative()
        } else if migrators::detect(repo).is_some() {
            let summary = "There is a database, but the code reads nothing from the environment.";
            Finding::not_met(SIGNAL, summary, Evidence::absence(repo.head())).indicative()
        } else {
            let why = "The code reads nothing from the environment, and nothing seems to need it.";
            Finding::not_applicable(SIGNAL, why)
        }
    } else {
        from_environment(repo, environment)
    };
    finding.fact("read", environment.read().len()).fact("example_files", examples.to_vec())
}

fn from_environment(repo: &Snapshot, environment: &Environment) -> Finding {
    let read = environment.read();
    let documented = environment.documented().count();
    let places = read.iter().filter_map(|variable| variable.places.first()).take(3).map(|spot| spot.place(repo));
    let count = if read.len() == 1 { "1 setting".to_owned() } else { format!("{} settings", read.len()) };
    if let Some(example) = environment.example_files().first() {
        let places = [Place::file(repo.head(), example.as_str())].into_iter().chain(places);
        let summary = format!("The code reads {count} from the environment; {example} is the example.");
        Finding::met(SIGNAL, summary, Evidence::or_absence(places, repo.head()))
    } else if documented == read.len() {
        let summary = format!("The code reads {count} from the environment, and the documents name all of them.");
        Finding::met(SIGNAL, summary, Evidence::or_absence(places, repo.head()))
    } else {
        let verb = if documented == 1 { "is" } else { "are" };
        let summary = format!(
            "The code reads {count} from the environment, but there is no example file and {documented} {verb} documented."
        );
        Finding::partly(SIGNAL, summary, Evidence::or_absence(places, repo.head()))
    }
}
