//! What stands around a route: its decorators, its handler, the blocks and groups that it is in.

use super::handlers::{Handler, Handlers};
use super::learned::Guards;
use super::unknown;
use super::words::{handed_on, is_guard, is_used};
use crate::areas::api::Endpoint;
use crate::code::Language;
use crate::{Place, Snapshot};

/// How many lines of a handler are read.
const READ: usize = 120;

/// In how many of them the handler says what it takes.
const HEAD: usize = 8;

/// One file with routes.
pub(super) struct Context<'a> {
    lines: Vec<&'a str>,
    file: &'a str,
    language: Language,
    handlers: Handlers<'a>,
    guards: &'a Guards,
    repo: &'a Snapshot,
}

/// Whether a line has a guard, or hands one on.
type IsIt<'f> = &'f dyn Fn(&str) -> bool;

/// Some lines of a file.
pub(crate) struct Region {
    pub(crate) path: String,
    /// The first and the last, from 1.
    pub(crate) lines: (u32, u32),
}

/// What is known of a route's handler.
pub(super) struct Guarded {
    pub(super) is_guarded: bool,
    /// Whether something stands before it of which nobody knows what it does.
    pub(super) may_be_guarded: bool,
    /// Whether the handler changes something, where its method does not say it.
    pub(super) changes: bool,
    /// Where the handler is, if it is in another file.
    pub(super) place: Option<Place>,
}

impl<'a> Context<'a> {
    pub(super) fn of(
        repo: &'a Snapshot,
        (file, text): (&'a str, &'a str),
        language: Language,
        guards: &'a Guards,
    ) -> Self {
        Context { lines: text.lines().collect(), file, language, handlers: Handlers::of(repo, language), guards, repo }
    }

    /// What guards `endpoint`, whose file has the `next` route at that line.
    pub(super) fn handler(&self, endpoint: &Endpoint, next: Option<u32>) -> Guarded {
        let first = (endpoint.lines.0 as usize).saturating_sub(1).min(self.lines.len());
        let start = self.decorated(first);
        let end =
            next.map_or(self.lines.len(), |next| self.decorated(next as usize - 1)).clamp(first, self.lines.len());
        let declared = (endpoint.lines.1 as usize).clamp(first, self.lines.len());
        let end = self.end_of_handler(first, declared, end).min(first + READ);
        let own = &self.lines[start..end.max(declared)];
        let declaration = self.lines[first..declared].join(" ");
        let elsewhere = if is_decorator(&declaration) || has_body(&declaration) {
            Vec::new()
        } else {
            self.handlers.of_route(self.file, &declaration, self.language)
        };
        let is_guard: IsIt<'_> = &|line| is_guard(line) || self.guards.is_in(line);
        let is_used: IsIt<'_> = &|line| is_used(line) || self.guards.is_in(handed_on(line));
        let is_guarded = own.iter().any(|line| is_guard(line))
            || self.is_in_guarded_block(first, (is_used, is_guard))
            || self.is_of_guarded_group(first, is_guard)
            || self.is_layered(first, is_used)
            || elsewhere.iter().any(|handler| handler.is_guarded || head(handler).any(|line| self.guards.is_in(line)));
        let body = own.join("\n");
        // Django's routes say nothing but where their handlers are.
        let place = elsewhere.iter().find(|handler| handler.path != self.file && self.language == Language::Python);
        let beside = own.iter().filter(|line| is_decorator(line) && depth(line) <= depth(own[0]));
        let may_be_guarded = beside.clone().any(|line| unknown::is_decorator(line))
            || unknown::is_between(&declaration, self.language)
            // FastAPI's stand in the head of the handler.
            || self.language == Language::Python && own.iter().any(|line| unknown::is_handed(line))
            || self.is_in_guarded_block(first, (&unknown::is_handed, &unknown::is_head))
            || self.is_of_guarded_group(first, &unknown::is_handed)
            || self.is_layered(first, &unknown::is_handed)
            || elsewhere.iter().any(|handler| handler.decorators.lines().any(unknown::is_decorator));
        Guarded {
            is_guarded,
            may_be_guarded,
            changes: changes(&body)
                || elsewhere.iter().any(|handler| changes(handler.text) || changes(&handler.decorators)),
            place: place.map(|it| Place::lines(self.repo.head(), it.path, it.line, it.line)),
        }
    }

    /// The lines in which the handler of `endpoint` stands, by file: below its declaration, or where that names it.
    pub(super) fn regions(&self, endpoint: &Endpoint, next: Option<u32>) -> Vec<Region> {
        let first = (endpoint.lines.0 as usize).saturating_sub(1).min(self.lines.len());
        let end =
            next.map_or(self.lines.len(), |next| self.decorated(next as usize - 1)).clamp(first, self.lines.len());
        let declared = (endpoint.lines.1 as usize).clamp(first, self.lines.len());
        let end = self.end_of_handler(first, declared, end).max(declared);
        let mut regions = vec![Region { path: self.file.to_owned(), lines: (first as u32 + 1, end as u32) }];
        let declaration = self.lines[first..declared].join(" ");
        if !is_decorator(&declaration) && !has_body(&declaration) {
            let mut named = self.handlers.of_route(self.file, &declaration, self.language);
            if named.is_empty() && self.language == Language::Go {
                named = self.handlers.exported(self.file, &declaration);
            }
            let is_method = named.iter().any(|handler| !handler.is_class);
            regions.extend(named.iter().filter(|handler| !(is_method && handler.is_class)).map(|handler| Region {
                path: handler.path.to_owned(),
                lines: (handler.line, handler.line + handler.text.lines().count().saturating_sub(1) as u32),
            }));
        }
        regions
    }

    /// The first line of the decorators and attributes above `line`.
    fn decorated(&self, line: usize) -> usize {
        line - self.lines[..line.min(self.lines.len())].iter().rev().take_while(|line| is_decorator(line)).count()
    }

    /// Where the handler ends that is declared from `first` to `declared`: where the block around it ends, or where
    /// something else begins beside it. Below decorators there is the head of a function first.
    fn end_of_handler(&self, first: usize, declared: usize, most: usize) -> usize {
        let Some(own) = self.lines.get(first) else { return most };
        let mut is_head_ahead = is_decorator(own);
        for at in declared.max(first + 1)..most {
            let line = self.lines[at];
            if line.trim().is_empty() || depth(line) > depth(own) {
                continue;
            }
            if depth(line) < depth(own) {
                return at;
            }
            if is_decorator(line) || closes(line) {
                continue;
            }
            if !is_head_ahead {
                return at;
            }
            is_head_ahead = false;
        }
        most
    }

    /// Whether a block around `line` is guarded: by its head (`authenticate("jwt") {`), by what follows its end
    /// (`})->add(Auth::class)`), by the attributes of its class, or by a guard that is used above within it.
    fn is_in_guarded_block(&self, line: usize, (is_used, is_guard): (IsIt<'_>, IsIt<'_>)) -> bool {
        let mut indent = self.lines.get(line).map_or(0, |line| depth(line));
        let groups = self.groups(line);
        for above in (0..line).rev() {
            let text = self.lines[above];
            let depth = depth(text);
            if text.trim().is_empty() || depth > indent || closes(text) {
                continue;
            }
            let user = receiver(text);
            if depth == indent && is_used(text) && (groups.is_empty() || groups.contains(&user)) {
                return true;
            }
            if depth < indent {
                let start = self.decorated(above);
                if !is_function(text) {
                    let is_guarded = self.lines[start..=above].iter().any(|line| is_guard(line));
                    if is_guarded || self.is_closed_by_guard(above, depth, is_guard) {
                        return true;
                    }
                }
                indent = depth;
            }
        }
        false
    }

    /// What the route in `line` is called on, and what that was made of: `admin`, and `api` for
    /// `admin := api.Group("/admin")`. Whoever uses a guard is as well the program itself, in JavaScript.
    fn groups(&self, line: usize) -> Vec<&'a str> {
        let mut groups = Vec::new();
        let mut name = self.lines.get(line).map_or("", |line| receiver(line));
        while !name.is_empty() && !groups.contains(&name) && groups.len() < 4 {
            groups.push(name);
            let made = self.lines[..line].iter().rev().find_map(|line| made(line, name));
            name = made.map_or("", receiver);
        }
        if !groups.is_empty() && matches!(self.language, Language::JavaScript | Language::TypeScript) {
            groups.extend(["app", "server", "fastify"]);
        }
        groups
    }

    /// Whether the block that begins at `head` ends with a guard: `}).RequireAuthorization();`
    fn is_closed_by_guard(&self, head: usize, depth_of_head: usize, is_guard: IsIt<'_>) -> bool {
        let end = self.lines[head + 1..].iter().find(|line| depth(line) <= depth_of_head && closes(line));
        end.is_some_and(|line| is_guard(line))
    }

    /// Whether the group that a route is called on is guarded, by its name or where it is made: `api := r.Group("/", Auth())`.
    fn is_of_guarded_group(&self, line: usize, is_guard: IsIt<'_>) -> bool {
        self.groups(line).iter().any(|name| {
            is_guard(&format!("{name} "))
                || self.lines[..line].iter().any(|line| made(line, name).is_some_and(is_guard))
        })
    }

    /// Whether a layer below in the same chain guards what stands above it, as axum's do.
    fn is_layered(&self, line: usize, is_used: IsIt<'_>) -> bool {
        self.language == Language::Rust
            && self.lines[line..]
                .iter()
                .scan(false, |ended, line| {
                    let is_over = *ended;
                    *ended = line.trim_end().ends_with(';') || line.trim() == "}";
                    (!is_over).then_some(line)
                })
                .any(|line| is_used(line))
    }
}

/// The decorators of a function, and what it says that it takes.
fn head<'h>(handler: &'h Handler<'_>) -> impl Iterator<Item = &'h str> {
    let first = handler.text.lines().next().unwrap_or_default();
    let is_one = is_function(first) || ["function", "=>"].iter().any(|word| first.contains(word));
    let most = if is_one { HEAD } else { 0 };
    let ends = handler.text.lines().position(|line| line.trim_end().ends_with(['{', ':'])).map_or(HEAD, |end| end + 1);
    handler.decorators.lines().chain(handler.text.lines().take(ends.min(most)))
}

fn is_decorator(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with(['@', '[']) || line.starts_with("#[") || line.starts_with("///")
}

/// Whether a line ends something that began above, or goes on with it.
fn closes(line: &str) -> bool {
    let line = line.trim();
    line.starts_with(['}', ')', ']', '{', '.', '-']) || line == "end" || line.starts_with("//")
}

/// Whether a declaration has its handler with it. What follows a name in quotes is an entry of a list: `'uses' => …`.
fn has_body(declaration: &str) -> bool {
    let is_entry = |at: usize| declaration[..at].trim_end().ends_with(['\'', '"']);
    declaration.trim_end().ends_with(['{', '|'])
        || declaration.match_indices("=>").any(|(at, _)| !is_entry(at))
        || ["function", "func(", " do ", "fn ("].iter().any(|mark| declaration.contains(mark))
}

/// What a line calls something of: `api` of `api.POST("/a", a)`; `$group` of `$group->post('/a')`.
fn receiver(line: &str) -> &str {
    let line = line.trim_start();
    let line = line.strip_prefix("await ").unwrap_or(line);
    let end = line.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '$')).unwrap_or(line.len());
    let (name, rest) = line.split_at(end);
    if rest.starts_with('.') || rest.starts_with("->") { name } else { "" }
}

/// What `name` is made of, if `line` makes it: `r.Group("/")` of `api := r.Group("/")`.
fn made<'l>(line: &'l str, name: &str) -> Option<&'l str> {
    let line = line.trim_start();
    let declared =
        ["let mut ", "let ", "const ", "var ", "val "].iter().find_map(|word| line.strip_prefix(word)).unwrap_or(line);
    let rest = declared.strip_prefix(name)?.trim_start();
    let value = rest.strip_prefix(":=").or_else(|| rest.strip_prefix('=')).filter(|value| !value.starts_with('='))?;
    Some(value.trim_start())
}

fn depth(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// Whether a line begins a function that is no group of routes: its name says nothing of who may call.
fn is_function(line: &str) -> bool {
    ["def ", "func ", "fn ", "fun ", "function ", "async fn ", "async def "].iter().any(|word| {
        line.trim_start()
            .trim_start_matches("pub ")
            .trim_start_matches("export ")
            .trim_start_matches("async ")
            .starts_with(word)
    })
}

/// Whether a handler changes something, where its route has any method.
fn changes(body: &str) -> bool {
    [
        "require_POST",
        "require_http_methods([\"POST",
        "\"POST\"",
        "'POST'",
        ".delete()",
        ".save()",
        ".create(",
        "\"DELETE\"",
        "'DELETE'",
    ]
    .iter()
    .any(|word| body.contains(word))
}
