//! What Nest's `RouterModule.register([{ path, module }])` puts in front of the controllers of a module.

use std::collections::BTreeMap;

use super::super::endpoint::join;
use super::super::values::{UNKNOWN, arguments, named, properties, text};
use crate::Snapshot;
use crate::areas::api::routing::expression::closing;
use crate::paths::{self, is_aside};

/// Modules in modules deeper than this are not followed.
const DEEPEST: u8 = 8;

/// A list begins no further behind the name that it is given.
const FURTHEST: usize = 200;

/// The prefixes of controllers, by their file and name; a file that could not be told is empty.
#[derive(Default)]
pub(super) struct Modules {
    prefixes: BTreeMap<(String, String), String>,
    /// Whether such prefixes are set, and none could be read.
    is_lost: bool,
}

impl Modules {
    pub(super) fn of(repo: &Snapshot) -> Self {
        let mut modules = Modules::default();
        for (file, source) in scripts(repo) {
            for (at, call) in source.match_indices("RouterModule.register(") {
                let open = at + call.len() - 1;
                let list = closing(source, open).map(|end| arguments(&source[open..=end]));
                let Some(list) = list.and_then(|list| list.first().copied()) else { continue };
                if let Some((file, list)) = declared(repo, file, source, list) {
                    modules.read(repo, file, list, "", 0);
                }
                modules.is_lost = modules.prefixes.is_empty();
            }
        }
        modules
    }

    /// What stands in front of the paths of the controller `class` in `file`.
    pub(super) fn prefix(&self, file: &str, class: &str) -> &str {
        let of = |file: &str| self.prefixes.get(&(file.to_owned(), class.to_owned()));
        of(file).or_else(|| of("")).map_or(if self.is_lost { UNKNOWN } else { "" }, String::as_str)
    }

    /// One list of `{ path, module, children }`.
    fn read(&mut self, repo: &Snapshot, file: &str, list: &str, above: &str, depth: u8) {
        for entry in properties(list) {
            let entry = properties(entry);
            let path = named(&entry, "path").map(|path| text(repo, file, path)).unwrap_or_default();
            let path = join(above, &path);
            if let Some(module) = named(&entry, "module") {
                self.controllers(repo, module, &path);
            }
            let children = named(&entry, "children").filter(|_| depth < DEEPEST);
            for child in children.map(properties).unwrap_or_default() {
                if !child.starts_with('{') {
                    self.controllers(repo, child, &path);
                }
            }
            if let Some(children) = children {
                self.read(repo, file, children, &path, depth + 1);
            }
        }
    }

    /// Notes the controllers of the module called `module`.
    fn controllers(&mut self, repo: &Snapshot, module: &str, prefix: &str) {
        let declaration = format!("class {module}");
        for (file, source) in scripts(repo) {
            let Some(at) = source.find(&declaration) else { continue };
            let Some(open) = source[..at].rfind("@Module(") else { continue };
            let Some(options) = closing(source, open + "@Module".len()) else { continue };
            let options = arguments(&source[open + "@Module".len()..=options]);
            let options = options.first().map(|options| properties(options)).unwrap_or_default();
            for controller in named(&options, "controllers").map(properties).unwrap_or_default() {
                let home = imported(source, controller).and_then(|from| module_file(repo, file, from));
                self.prefixes.insert((home.unwrap_or_default(), controller.to_owned()), prefix.to_owned());
            }
        }
    }
}

fn scripts(repo: &Snapshot) -> impl Iterator<Item = (&str, &str)> {
    let sources = repo.tree().own_texts().filter(|(file, _)| file.path.ends_with(".ts") && !is_aside(&file.path));
    sources.map(|(file, text)| (file.path.as_str(), text))
}

/// The list itself, or the one that a constant of this or another file has, with its file.
fn declared<'r>(repo: &'r Snapshot, file: &'r str, source: &'r str, list: &'r str) -> Option<(&'r str, &'r str)> {
    if list.starts_with('[') {
        return Some((file, list));
    }
    let name = list.trim();
    let here = std::iter::once((file, source));
    here.chain(scripts(repo)).find_map(|(file, text)| {
        text.match_indices(&format!("const {name}")).find_map(|(at, _)| {
            let rest = &text[at..];
            let open = rest.find("= [").filter(|open| *open < FURTHEST)? + 2;
            Some((file, &rest[open..=closing(rest, open)?]))
        })
    })
}

/// Where `name` is imported from.
fn imported<'s>(source: &'s str, name: &str) -> Option<&'s str> {
    let is_word = |text: &str| text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name);
    source.split("import ").skip(1).find_map(|statement| {
        let (names, rest) = statement.split_once(" from ").or_else(|| statement.split_once("}from "))?;
        let module = rest.trim_start().trim_start_matches(['\'', '"']).split(['\'', '"']).next()?;
        (names.len() < 2_000 && is_word(names)).then_some(module)
    })
}

fn module_file(repo: &Snapshot, from: &str, module: &str) -> Option<String> {
    let base = module.starts_with('.').then(|| paths::join(paths::folder(from), module)).flatten()?;
    let base = base.strip_suffix(".js").unwrap_or(&base);
    let path = format!("{base}.ts");
    repo.tree().get(&path).map(|file| file.path.clone())
}

#[cfg(test)]
mod tests {
    use crate::areas::api::nest::endpoints;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn the_controllers_of_a_module_are_below_its_path() {
        let app = "import { RouterModule, Routes } from '@nestjs/core';\nexport const PUBLIC = '/api/v2';\nconst routes: Routes = [\n  { path: PUBLIC, module: PublicModule, children: [{ path: 'deep', module: DeepModule }] },\n];\n@Module({ imports: [RouterModule.register(routes), PublicModule] })\nexport class AppModule {}\n";
        let module = |name: &str, from: &str| {
            format!(
                "import {{ Pears }} from '{from}';\n@Module({{ controllers: [Pears] }})\nexport class {name} {{}}\n"
            )
        };
        let controller =
            |path: &str| format!("@Controller('{path}')\nexport class Pears {{\n  @Get()\n  all() {{}}\n}}\n");
        let paths = |app: &str| {
            let repo = Fixture::new()
                .file("src/app.module.ts", app)
                .file("src/public/public.module.ts", &module("PublicModule", "./pears"))
                .file("src/public/pears.ts", &controller("pears"))
                .file("src/deep/deep.module.ts", &module("DeepModule", "./pears"))
                .file("src/deep/pears.ts", &controller("seeds"))
                .file("src/other/pears.ts", &controller("other"));
            let mut paths: Vec<String> = endpoints(&repo.snapshot()).into_iter().map(|it| it.path).collect();
            paths.sort();
            paths
        };
        assert_eq!(paths(app), ["/api/v2/deep/seeds", "/api/v2/pears", "/other"]);
        assert_eq!(
            paths(&app.replace("register(routes)", "register(made())")),
            ["/{?}/other", "/{?}/pears", "/{?}/seeds"]
        );
        assert_eq!(paths(""), ["/other", "/pears", "/seeds"]);
    }
}
