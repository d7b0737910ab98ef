//! Variables that look like settings and are none: misspelt, most likely, so that something else is in force than meant.

use clap::Args;

use super::flags::Flags;
use super::{limits, nearest, server};

const PREFIX: &str = "FOLIOLENS_";

/// What is wrong with the variables that are set, each in a sentence.
pub fn misspelt() -> Vec<String> {
    let set = std::env::vars_os().filter(|(_, value)| !value.is_empty());
    among(set.filter_map(|(name, _)| name.into_string().ok()))
}

fn among(set: impl Iterator<Item = String>) -> Vec<String> {
    let known = known();
    let is_ours = |name: &String| name.get(..PREFIX.len()).is_some_and(|start| start.eq_ignore_ascii_case(PREFIX));
    let mut unknown: Vec<String> = set
        .filter(is_ours)
        .filter(|name| !known.iter().any(|known| known == name) && !is_of_kubernetes(name))
        .collect();
    unknown.sort();
    unknown.iter().map(|name| sentence(name, &known)).collect()
}

fn sentence(name: &str, known: &[String]) -> String {
    // What all of them begin with makes none of them more alike.
    let known: Vec<String> = known.iter().map(|known| known.trim_start_matches(PREFIX).to_lowercase()).collect();
    match nearest(&name[PREFIX.len()..], known.iter().map(String::as_str)).first() {
        Some(near) => format!("There is no setting {name}. Did you mean {PREFIX}{}?", near.to_uppercase()),
        None => format!("There is no setting {name}; .env.example names all that there are."),
    }
}

/// Whether it is a setting.
#[cfg(test)]
pub(super) fn is_known(name: &str) -> bool {
    known().iter().any(|known| known == name)
}

/// All that is read and begins with the prefix.
fn known() -> Vec<String> {
    let flags = Flags::augment_args(clap::Command::new("flags"));
    let flags = flags.get_arguments().filter_map(|argument| argument.get_env());
    let server = server::VARIABLES.iter().map(|variable| variable.name).chain(limits::names());
    let all = flags.map(|name| name.to_string_lossy().into_owned()).chain(server.map(str::to_owned));
    all.filter(|name| name.starts_with(PREFIX)).collect()
}

/// Whether Kubernetes (as Docker did) sets it in each container because a service is called so.
/// <https://kubernetes.io/docs/tutorials/services/connect-applications-service/#environment-variables>
fn is_of_kubernetes(name: &str) -> bool {
    let is_numbered = |rest: &str| rest.starts_with(|first: char| first.is_ascii_digit());
    name.contains("_SERVICE_HOST")
        || name.contains("_SERVICE_PORT")
        || name.ends_with("_PORT")
        || name.split("_PORT_").skip(1).any(is_numbered)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(names: &[&str]) -> Vec<String> {
        among(names.iter().map(|name| (*name).to_owned()))
    }

    #[test]
    fn a_misspelt_variable_is_said_with_the_one_that_was_meant() {
        for (misspelt, meant) in [
            ("FOLIOLENS_SANDBX", "FOLIOLENS_SANDBOX"),
            ("FOLIOLENS_REVIEW_SECOND", "FOLIOLENS_REVIEW_SECONDS"),
            ("FOLIOLENS_RETENTION", "FOLIOLENS_RETENTION_DAYS"),
            ("FOLIOLENS_APP_IDS", "FOLIOLENS_APP_ID"),
            ("foliolens_workers", "FOLIOLENS_WORKERS"),
            ("FOLIOLENS_LIMIT_COMMIT", "FOLIOLENS_LIMIT_COMMITS"),
            ("FOLIOLENS_FORMATT", "FOLIOLENS_FORMAT"),
        ] {
            assert_eq!(said(&[misspelt]), [format!("There is no setting {misspelt}. Did you mean {meant}?")]);
        }
        let far = "There is no setting FOLIOLENS_ZZZ9; .env.example names all that there are.";
        assert_eq!(said(&["FOLIOLENS_ZZZ9", "PATH", "FOLIOLENS", "É_FOLIOLENS_X"]), [far]);
        assert_eq!(said(&["FOLIOLENS_B_B", "FOLIOLENS_A_A"]).len(), 2, "all at once");
    }

    #[test]
    fn what_is_read_is_no_mistake_and_neither_is_what_kubernetes_says_of_a_service() {
        let known = known();
        let all: Vec<&str> = known.iter().map(String::as_str).collect();
        assert!(all.len() > 60 && all.contains(&"FOLIOLENS_FORMAT") && all.contains(&"FOLIOLENS_APP_ID"), "{all:?}");
        assert_eq!(said(&all), Vec::<String>::new());
        let of_kubernetes = [
            "FOLIOLENS_SERVICE_HOST",
            "FOLIOLENS_SERVICE_PORT",
            "FOLIOLENS_SERVICE_PORT_HTTP",
            "FOLIOLENS_PORT",
            "FOLIOLENS_PORT_8080_TCP",
            "FOLIOLENS_PORT_8080_TCP_ADDR",
            "FOLIOLENS_WEB_SERVICE_HOST",
            "FOLIOLENS_WEB_PORT_80_TCP_PROTO",
        ];
        assert_eq!(said(&of_kubernetes), Vec::<String>::new());
    }
}
