//! The whole HTTP surface of a repository, found once and shared by whoever asks.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use super::endpoint::{ambiguous, is_api_path, is_plumbing};
use super::routing::expression;
use super::{Endpoint, UnreadMount, VersionCue};
use super::{azure, csharp, generated, go, javascript, jvm, php, python, ruby, rust};
use crate::Snapshot;
use crate::kinds::served;
use crate::paths::{self, is_aside};

/// So many routes that are called an API make one, whatever is beside them.
const ENOUGH: usize = 5;

/// So many whose paths say that they are an API make one, too.
const FEW: usize = 3;

/// The endpoints of a repository and the signs of a version that are not part of a path.
#[derive(Debug, Default)]
pub struct Surface {
    /// Every endpoint of the project itself, in the order of path, line and method.
    pub endpoints: Vec<Endpoint>,
    /// Every sign of a version that is not part of a path.
    pub version_cues: Vec<VersionCue>,
    /// Every place where a router is mounted of which no route was read.
    pub unread: Vec<UnreadMount>,
    /// Whether it is a part, and the whole has endpoints that it has not.
    is_cut: bool,
    is_http_api: OnceLock<bool>,
}

impl Surface {
    /// The surface of `repo`; found once.
    pub fn of(repo: &Snapshot) -> &Self {
        repo.once(Self::read)
    }

    fn read(repo: &Snapshot) -> Self {
        let (of_javascript, mut unread) = javascript::read(repo);
        let mut endpoints: Vec<Endpoint> = [
            azure::endpoints(repo),
            csharp::endpoints(repo),
            go::endpoints(repo),
            of_javascript,
            jvm::endpoints(repo),
            php::endpoints(repo),
            python::endpoints(repo),
            ruby::endpoints(repo),
            rust::endpoints(repo),
        ]
        .concat();
        let mocked = endpoints.iter().map(|endpoint| endpoint.file.as_str()).filter(|path| paths::is_mock(path));
        for path in mocked.chain(served::mocks(repo)) {
            let why = "plays the part of another program beside this one: its addresses are not counted";
            repo.bound("mock server", why, path);
        }
        endpoints.retain(|endpoint| !is_aside(&endpoint.file));
        // Documents are chosen by the build, wherever they lie.
        endpoints.extend(generated::endpoints(repo, &endpoints));
        // A literal may go over lines; a sentence may not.
        endpoints.iter_mut().for_each(|endpoint| endpoint.path.retain(|c| !c.is_control()));
        endpoints.sort();
        endpoints.dedup();
        let mut version_cues: Vec<VersionCue> = [
            csharp::version_cues(repo),
            go::version_cues(repo),
            javascript::version_cues(repo),
            jvm::version_cues(repo),
            php::version_cues(repo),
            python::version_cues(repo),
            ruby::version_cues(repo),
            rust::version_cues(repo),
        ]
        .concat();
        version_cues.retain(|cue| !is_aside(&cue.file));
        version_cues.sort();
        version_cues.dedup();
        unread.retain(|mount| !is_aside(&mount.file));
        unread.sort();
        expression::tell(repo);
        Surface { endpoints, version_cues, unread, is_cut: false, is_http_api: OnceLock::new() }
    }

    /// What of it stands in the lines that `keeps` keeps.
    pub(crate) fn only(&self, keeps: impl Fn(&str, (u32, u32)) -> bool) -> Self {
        let endpoints: Vec<Endpoint> = self.endpoints.iter().filter(|it| keeps(&it.file, it.lines)).cloned().collect();
        let version_cues = self.version_cues.iter().filter(|it| keeps(&it.file, it.lines)).cloned().collect();
        let unread = self.unread.iter().filter(|it| keeps(&it.file, it.lines)).cloned().collect();
        let is_cut = self.is_cut || endpoints.len() < self.endpoints.len();
        Surface { endpoints, version_cues, unread, is_cut, is_http_api: OnceLock::new() }
    }

    /// Whether it is a part, and endpoints were read that it has not.
    pub(crate) fn is_cut(&self) -> bool {
        self.is_cut
    }

    /// The endpoints that answer with data and belong to the subject of the project: no pages, no health checks,
    /// no documentation, no receivers of other systems' webhooks, no ways to a login service and back. Where most of what
    /// can be read shows pages, only those that their path calls an API, or that are one by their folder: the others take the
    /// forms of the pages.
    pub fn data(&self) -> impl Iterator<Item = &Endpoint> {
        let ways = self.ways_to_a_login_service();
        let subjects = self.subjects();
        let is_plumbing =
            move |path: &str| is_plumbing(path) && !ambiguous(path).is_some_and(|subject| subjects.contains(&subject));
        let is_data = move |endpoint: &&Endpoint| {
            !endpoint.page && !is_plumbing(&endpoint.path) && !ways.contains(&endpoint.path.as_str())
        };
        let is_read = |endpoint: &&Endpoint| matches!(endpoint.method.as_str(), "GET" | "*");
        let of = |is: &dyn Fn(&&Endpoint) -> bool| self.endpoints.iter().filter(is).count();
        let mostly_pages =
            of(&is_data) < self.pages() || 2 * of(&|it| is_data(it) && is_read(it)) < of(&|it| it.page && is_read(it));
        let apart = if mostly_pages { self.apart_from_pages() } else { BTreeSet::new() };
        let mut seen = BTreeSet::new();
        self.endpoints
            .iter()
            .filter(is_data)
            .filter(move |endpoint| {
                !mostly_pages || is_api_path(&endpoint.path) || apart.contains(paths::folder(&endpoint.file))
            })
            .filter(move |endpoint| seen.insert((endpoint.method.as_str(), endpoint.path.as_str())))
    }

    /// The folders whose routes show no page, and change what they show in ways that no form of a page does: an API that
    /// lies beside an application with pages.
    fn apart_from_pages(&self) -> BTreeSet<&str> {
        let mut folders: BTreeMap<&str, Vec<&Endpoint>> = BTreeMap::new();
        for endpoint in &self.endpoints {
            folders.entry(paths::folder(&endpoint.file)).or_default().push(endpoint);
        }
        let is_api = |endpoints: &[&Endpoint]| {
            let has = |verbs: &[&str]| endpoints.iter().any(|it| verbs.contains(&it.method.as_str()));
            endpoints.len() >= ENOUGH
                && endpoints.iter().all(|it| !it.page)
                && has(&["GET"])
                && has(&["POST"])
                && has(&["PUT", "PATCH", "DELETE"])
        };
        folders.into_iter().filter(|(_, endpoints)| is_api(endpoints)).map(|(folder, _)| folder).collect()
    }

    /// What is called like plumbing, and written to: nobody writes to documentation or to measurements.
    fn subjects(&self) -> BTreeSet<String> {
        let writes = |endpoint: &&Endpoint| matches!(endpoint.method.as_str(), "POST" | "PUT" | "PATCH" | "DELETE");
        self.endpoints.iter().filter(writes).filter_map(|endpoint| ambiguous(&endpoint.path)).collect()
    }

    /// `/auth/x/callback`, where a login service sends the browser back to, and `/auth/x`, where the browser leaves for it.
    fn ways_to_a_login_service(&self) -> BTreeSet<&str> {
        let reads = self.endpoints.iter().filter(|endpoint| endpoint.method == "GET");
        reads
            .filter_map(|endpoint| Some([endpoint.path.as_str(), endpoint.path.strip_suffix("/callback")?]))
            .flatten()
            .collect()
    }

    /// How many endpoints answer with a page.
    pub fn pages(&self) -> usize {
        self.endpoints.iter().filter(|endpoint| endpoint.page).count()
    }

    /// Whether the repository is an HTTP API: it answers with data, and not mostly with pages, unless some of its paths
    /// say that they are an API.
    pub fn is_http_api(&self) -> bool {
        *self.is_http_api.get_or_init(|| {
            let (mut data, mut named) = (0, 0);
            for endpoint in self.data() {
                data += 1;
                named += usize::from(is_api_path(&endpoint.path));
            }
            data > 0 && (data >= self.pages() || data >= ENOUGH || named >= FEW)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn a_path_that_goes_over_lines_is_shown_on_one() {
        let text = "const app = require('express')();\napp.get(`/a\n\u{7}/b`, f);\n";
        let repo = Fixture::new().file("app.js", text).snapshot();
        let paths: Vec<&str> = Surface::of(&repo).endpoints.iter().map(|endpoint| endpoint.path.as_str()).collect();
        assert_eq!(paths, ["/a/b"]);
    }

    #[test]
    fn addresses_of_a_mock_server_are_set_aside_and_it_is_said() {
        let text = "const express = require('express');\nconst app = express();\napp.get('/a', f);\n";
        let of = |path: &str| {
            let repo = Fixture::new().file("app.js", text).file(path, &text.replace("/a", "/b")).snapshot();
            (Surface::of(&repo).endpoints.len(), repo.left().iter().map(|it| it.count).sum::<u64>())
        };
        assert_eq!(of("mocker/app.js"), (1, 1));
        assert_eq!(of("tools/mock-server.js"), (1, 1));
        assert_eq!(of("tests/app.js"), (1, 0));
        assert_eq!(of("admin/app.js"), (2, 0));
    }

    #[test]
    fn a_part_without_endpoints_does_not_say_that_none_could_be_read() {
        let text = "const app = require('express')();\napp.get('/a', f);\n";
        let surface = |text: &str| Fixture::new().file("app.js", text).snapshot();
        assert!(Surface::of(&surface(text)).only(|_, _| false).is_cut());
        assert!(!Surface::of(&surface(text)).only(|_, _| true).is_cut());
        assert!(!Surface::of(&surface("const app = require('express')();\n")).only(|_, _| false).is_cut());
    }

    fn data(text: &str) -> Vec<String> {
        let repo = Fixture::new().file("app.js", &format!("const app = require('express')();\n{text}")).snapshot();
        Surface::of(&repo).data().map(|endpoint| format!("{} {}", endpoint.method, endpoint.path)).collect()
    }

    #[test]
    fn forms_follow_the_pages_that_show_them() {
        let pages = "app.get('/a', (req, res) => res.render('a'));\napp.get('/b', (req, res) => res.render('b'));\n";
        let forms = "app.post('/a', f);\napp.put('/b', f);\napp.delete('/b', f);\napp.post('/c', f);\n";
        assert!(data(&format!("{pages}{forms}")).is_empty());
        assert_eq!(data(forms).len(), 4);
        assert_eq!(data(&format!("{pages}app.post('/api/a', f);\n")), ["POST /api/a"]);
        assert_eq!(data(&format!("{pages}app.get('/c', f);\n{forms}")).len(), 5);
    }

    #[test]
    fn an_api_may_lie_in_a_folder_of_its_own_beside_pages() {
        let head = "const app = require('express')();\n";
        let pages: String =
            ('a'..'k').map(|it| format!("app.get('/{it}', (req, res) => res.render('{it}'));\n")).collect();
        let api =
            "app.get('/m', f);\napp.get('/n', f);\napp.post('/m', f);\napp.patch('/m', f);\napp.delete('/m', f);\n";
        let data = |api: &str| {
            let shop = Fixture::new().file("shop/app.js", &format!("{head}{pages}"));
            Surface::of(&shop.file("data/app.js", &format!("{head}{api}")).snapshot()).data().count()
        };
        assert_eq!(data(api), 5);
        let forms = api.replace(".patch('/m'", ".post('/x'").replace(".delete('/m'", ".post('/y'");
        assert_eq!(data(&forms), 0, "forms do no more");
    }

    #[test]
    fn what_is_called_like_plumbing_and_written_to_is_data() {
        assert_eq!(data("app.get('/assets', f);\napp.post('/assets', f);\napp.get('/assets/:id', f);\n").len(), 3);
        assert!(data("app.get('/assets', f);\napp.get('/assets/:file', f);\napp.get('/metrics', f);\n").is_empty());
        assert!(data("app.post('/webhooks/docs', f);\n").is_empty());
        assert_eq!(data("app.get('/live', f);\napp.get('/live/matches', f);\n"), ["GET /live/matches"]);
    }

    #[test]
    fn the_way_to_a_login_service_and_back_is_no_data() {
        let login = "app.get('/auth/x', f);\napp.get('/auth/x/callback', f);\n";
        assert_eq!(data(&format!("{login}app.get('/users', f);\n")), ["GET /users"]);
    }

    #[test]
    fn a_route_that_two_branches_declare_is_one() {
        assert_eq!(data("if (a) {\n  app.get('/a', f);\n} else {\n  app.get('/a', g);\n}\n"), ["GET /a"]);
    }
}
