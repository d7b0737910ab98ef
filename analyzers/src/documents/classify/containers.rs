//! Compose and containers: whether what they start is the project or something that it needs.

use super::super::Purpose::{Auxiliary, Build, StartWhole, Test};
use super::super::project::Project;
use super::names::{by_name, is_placeholder};
use super::{Answer, DEEPEST, purposes};
use crate::paths;

pub(super) fn compose(rest: &[&str], project: &Project<'_>) -> Answer {
    let mut words = rest.iter().copied();
    let mut services = Vec::new();
    let mut verb = "";
    let mut tests = false;
    let is_detached = rest.iter().any(|word| matches!(*word, "-d" | "--detach"));
    let names_one = rest.iter().any(|word| word.starts_with("-f") || word.starts_with("--file"));
    let mut missing = match (project.has_compose(), project.has_default_compose() || names_one) {
        (false, _) => Some("compose file".to_owned()),
        (true, false) => Some("file `compose.yaml`".to_owned()),
        (true, true) => None,
    };
    while let Some(word) = words.next() {
        match word {
            "-f" | "--file" => {
                let file = words.next().unwrap_or_default();
                tests |= by_name(paths::name(file)) == Some(Test);
                if !file.is_empty() && !is_placeholder(file) && !project.has_file(file) {
                    missing = Some(format!("file `{file}`"));
                }
            }
            "-p" | "--profile" | "--env-file" | "--project-name" | "--scale" | "-t" | "--project-directory" => {
                words.next();
            }
            _ if word.starts_with('-') => {}
            _ if verb.is_empty() => verb = word,
            _ => services.push(word.trim_end_matches([',', '.'])),
        }
    }
    let purpose = match verb {
        // `-f docker-compose.test.yml up`; what goes on in the background is what tests need.
        "up" if tests && is_detached => Auxiliary,
        "up" if tests => Test,
        "up" | "start" | "watch" | "dev" => {
            // Words that are no services are the rest of a sentence.
            if project.composes_itself(&services) { StartWhole } else { Auxiliary }
        }
        "build" | "pull" => Build,
        _ => return None,
    };
    Some((vec![purpose], missing))
}

/// A build of an image: from the file that it names, else from the Dockerfile of the folder that it is given.
pub(super) fn docker_build(rest: &[&str], project: &Project<'_>, depth: u8) -> Answer {
    let named = rest.windows(2).find(|pair| matches!(pair[0], "-f" | "--file")).map(|pair| pair[1]);
    let is_here = || rest.iter().any(|word| *word == "." || word.starts_with("./"));
    let missing = match named {
        Some(file) => (!is_placeholder(file) && !project.has_file(file)).then(|| format!("file `{file}`")),
        None => (is_here() && !project.has_dockerfile()).then(|| "Dockerfile".to_owned()),
    };
    Some((vec![Build], missing.filter(|_| depth == 0 && rest.contains(&"build"))))
}

pub(super) fn docker_run(rest: &[&str], project: &Project<'_>, depth: u8) -> Answer {
    let mut words = rest.iter().copied().skip_while(|word| *word != "run").skip(1);
    while let Some(word) = words.next() {
        if word.starts_with('-') {
            let takes_value = !word.contains('=')
                && matches!(
                    word,
                    "-p" | "--publish" | "-e" | "--env" | "-v" | "--volume" | "--name" | "--network" | "--net" | "-w" | "--workdir" | "-u" | "--user"
                        | "--env-file" | "-h" | "--hostname" | "--mount" | "--link" | "--restart" | "--platform" | "-m" | "--memory" | "--cpus"
                        | "--entrypoint" | "-l" | "--label" | "--add-host" | "--gpus" | "--shm-size"
                )
                // `-dp 80:80`
                || (!word.starts_with("--") && word.len() > 2 && word.ends_with(['p', 'v', 'e']));
            if takes_value {
                words.next();
            }
        } else if !word.starts_with(['/', '.']) {
            let inner: Vec<&str> = words.collect();
            if is_tool(rest, word, &inner, project) {
                let inner: Vec<String> = inner.into_iter().map(str::to_owned).collect();
                let does = purposes(&inner, project, depth + 1).filter(|_| depth < DEEPEST);
                return does.or(Some((vec![Auxiliary], None)));
            }
            let tests = inner.iter().any(|word| by_name(word) == Some(Test));
            let purpose = match project.is_own_image(word) {
                true if tests => Test,
                true => StartWhole,
                false => Auxiliary,
            };
            if depth == 0 && project.is_built_from_nothing(word) {
                return Some((vec![purpose], Some("Dockerfile".to_owned())));
            }
            let is_gone = depth == 0 && !is_placeholder(word) && project.is_nobodys_image(word);
            return Some((vec![purpose], is_gone.then(|| format!("container image `{word}`"))));
        }
    }
    None
}

/// Whether a container is a tool that works on the project's folder: it is given a folder, goes into it and runs a command
/// there, and nothing here makes its image.
fn is_tool(rest: &[&str], image: &str, inner: &[&str], project: &Project<'_>) -> bool {
    let has = |options: &[&str]| rest.iter().any(|word| options.iter().any(|option| word.starts_with(option)));
    let is_given = has(&["-v", "--volume", "--mount"]) && has(&["-w", "--workdir"]);
    is_given && !inner.is_empty() && !project.builds(image)
}
