//! What a Dockerfile does well, and what it leaves out.

use parse_dockerfile::{Instruction, parse};

use crate::documents::is_infrastructure_image;

/// The traits of one Dockerfile.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Container {
    pub(super) stages: usize,
    /// The last stage runs as somebody other than root.
    pub(super) non_root: bool,
    /// Every base image has a tag that does not move on from version to version, or a digest.
    pub(super) pinned: bool,
    pub(super) healthcheck: bool,
    /// Image and tag of each base that is not an earlier stage.
    pub(super) bases: Vec<String>,
    /// The base of the last stage, and whether that says what it starts.
    pub(super) last: String,
    pub(super) starts: bool,
}

impl Container {
    /// `None` if it can't be parsed.
    pub(super) fn read(text: &str) -> Option<Self> {
        let file = parse(text).ok()?;
        let mut container = Container { pinned: true, ..Default::default() };
        let mut names: Vec<String> = Vec::new();
        for instruction in &file.instructions {
            match instruction {
                Instruction::From(from) => {
                    let image = from.image.value.to_string();
                    container.stages += 1;
                    (container.last, container.starts) = (image.clone(), false);
                    container.non_root = image.contains("nonroot") || image.contains("unprivileged");
                    if !names.contains(&image.to_lowercase()) && image != "scratch" {
                        container.pinned &= is_pinned(&image);
                        container.bases.push(image);
                    }
                    if let Some((_, name)) = &from.as_ {
                        names.push(name.value.to_lowercase());
                    }
                }
                Instruction::User(user) => {
                    let user = user.arguments.value.trim().to_owned();
                    container.non_root = !matches!(user.split(':').next(), Some("root" | "0"));
                }
                Instruction::Healthcheck(_) => container.healthcheck = true,
                Instruction::Cmd(_) | Instruction::Entrypoint(_) => container.starts = true,
                _ => {}
            }
        }
        Some(container)
    }
}

/// Whether a Dockerfile makes a database, a queue or another program that projects need, with settings of the project's.
pub(super) fn makes_infrastructure(text: &str) -> bool {
    Container::read(text).is_some_and(|container| is_infrastructure_image(&container.last) && !container.starts)
}

/// A build argument as the tag is taken for a pin: its default is in the same file.
pub(super) fn is_pinned(image: &str) -> bool {
    if image.contains('@') {
        return true;
    }
    let name = image.rsplit('/').next().unwrap_or(image);
    name.starts_with('$') || name.split_once(':').is_some_and(|(_, tag)| !moves(tag))
}

/// Whether a tag names no version, and so another image every few weeks: `latest`, `lts-alpine`.
fn moves(tag: &str) -> bool {
    const MOVING: &[&str] =
        &["latest", "lts", "current", "stable", "mainline", "edge", "alpine", "slim", "main", "master"];
    let first = tag.split(['-', '_']).next().unwrap_or_default();
    MOVING.contains(&first) && !tag.contains(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_traits_are_seen_in_the_last_stage() {
        let text =
            "FROM golang:1.24 AS build\nRUN go build\nFROM gcr.io/distroless/static:nonroot\nCOPY --from=build /a /a\n";
        let container = Container::read(text).expect("parses");
        assert!(container.non_root && container.pinned && !container.healthcheck);
        assert_eq!(container.stages, 2);
        assert!(!Container::read("FROM node\nUSER root\n").expect("parses").pinned);
        for (image, fixed) in [
            ("node:22-alpine", true),
            ("debian:bookworm-slim", true),
            ("alpine:3.20", true),
            ("nginx:alpine", false),
            ("node:lts-alpine", false),
            ("node:latest", false),
            ("nginx", false),
        ] {
            assert_eq!(is_pinned(image), fixed, "{image}");
        }
        assert!(!Container::read("FROM node:20\nUSER app\nFROM node:20\n").expect("parses").non_root);
    }
}
