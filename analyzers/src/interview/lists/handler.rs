//! Where a list is read: the query in the handler of its route, or else the handler.

use std::sync::LazyLock;

use regex::Regex;

use crate::areas::api::Endpoint;
use crate::areas::security::{Region, regions};
use crate::code::Language::{self, CSharp, Go, Java, JavaScript, Kotlin, Php, Python, Ruby, Rust, Tsx, TypeScript};
use crate::{Place, Snapshot};

/// How many lines of a handler are shown.
const SHOWN: u32 = 20;

/// Queries for several records.
static QUERIES: LazyLock<Vec<(&[Language], Regex)>> = LazyLock::new(|| {
    let of = |languages, pattern: &str| (languages, Regex::new(pattern).expect("a constant pattern"));
    vec![
        of(
            &[Go] as &[Language],
            r"\.(Find|Scan)\(&|\.Find\(ctx|\.Query(x|Context|xContext)?\(|\.Select(Context)?\((ctx, *)?&|\.All\(ctx",
        ),
        of(&[Rust], r"\.fetch_all\(|\bquery_as!\(|\.load(::<[^>]*>)?\(|\.load_iter"),
        of(&[CSharp], r"\.(ToListAsync|ToArrayAsync|ToList|ToArray|ToPagedListAsync)\(|\.QueryAsync<"),
        of(
            &[Java, Kotlin],
            r"(?-u)\b\w*([rR]epo|[rR]epository|[dD]ao|[mM]apper|s)\.(findAll\w*|findBy\w+|selectList|selectPage)\(",
        ),
        of(
            &[JavaScript, TypeScript, Tsx],
            r"\.(findMany|findAll|findAndCountAll|getMany|getManyAndCount)\(|await .*(?-u:\b)[A-Za-z_.]+\.(find|query|aggregate|select|selectFrom)\(",
        ),
        of(
            &[Python],
            r"\.objects\.(all|filter|exclude|order_by|annotate|select_related|prefetch_related)\(|\.scalars\(|\.fetchall\(|\.query\.|\.to_list\(|\bselect\([A-Z]",
        ),
        of(
            &[Php],
            r"\b[A-Z]\w*::(all|paginate|where\w*|query|with|latest|orderBy)\(|->(paginate|simplePaginate|cursorPaginate|findAll|findBy|fetchAll|fetchAllAssociative)\(",
        ),
        of(
            &[Ruby],
            r"\b[A-Z]\w+\.(all|where|order|includes|joins|page|limit|preload|eager_load)\b|\bcurrent_\w+\.\w+s\b|\bpolicy_scope\(",
        ),
    ]
});

/// The head of what answers with a list, in a class that answers more.
static HEAD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\s*(public |async )*(def|function) (index|list|get|get_queryset)\b|^\s*queryset\s*=")
        .expect("a constant pattern")
});

/// What a handler is given, or gives back.
static REQUEST: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?-u)\b(req|request|res|response|ctx|context|reply|c|w)\b").expect("a constant pattern")
});

/// The query for the list of `route`.
pub(super) fn query(repo: &Snapshot, route: &Endpoint) -> Option<Place> {
    handlers(repo, route).into_iter().find_map(|region| {
        let language = Language::of(&region.path)?;
        let (_, query) = QUERIES.iter().find(|(languages, _)| languages.contains(&language))?;
        let lines = lines(repo, &region);
        let line = lines.into_iter().find(|(_, line)| !is_comment(line) && query.is_match(line))?.0;
        Some(Place::lines(repo.head(), region.path.as_str(), line, line))
    })
}

/// The handler of `route` where it is known, or else the declaration.
pub(super) fn place(repo: &Snapshot, route: &Endpoint) -> Place {
    let of = |path: &str, (first, last): (u32, u32)| Place::lines(repo.head(), path, first, last.min(first + SHOWN));
    let is_declaration = |region: &Region| region.path == *route.file && region.lines.0 <= route.lines.1;
    // What a route calls may as well only make the handler.
    let answers = |region: &Region| {
        let language = Language::of(&region.path);
        language.is_some_and(|it| matches!(it, Php | Python | Ruby))
            || lines(repo, region).iter().any(|(_, line)| REQUEST.is_match(line))
    };
    match handlers(repo, route).into_iter().find(|region| !is_declaration(region) && answers(region)) {
        Some(handler) => of(&handler.path, handler.lines),
        None => of(&route.file, route.lines),
    }
}

/// Where the list is made, as far as it is known.
fn handlers(repo: &Snapshot, route: &Endpoint) -> Vec<Region> {
    if route.framework == "Rails" {
        return controller(repo, route).into_iter().filter_map(|region| within(repo, region)).collect();
    }
    regions(repo, route).into_iter().map(|region| narrowed(repo, region)).collect()
}

/// The controller of a resource of Rails, where one alone has its name.
fn controller(repo: &Snapshot, route: &Endpoint) -> Option<Region> {
    let named = format!("/{}_controller.rb", route.path.trim_end_matches('/').rsplit('/').next()?);
    let in_folder = format!("app/controllers{}_controller.rb", route.path.trim_end_matches('/'));
    let texts = || repo.tree().own_texts().filter(|(file, _)| file.path.ends_with(&named));
    let exact = texts().find(|(file, _)| file.path.ends_with(&in_folder));
    let (file, text) = exact.or_else(|| texts().next().filter(|_| texts().count() == 1))?;
    Some(Region { path: file.path.clone(), lines: (1, text.lines().count() as u32) })
}

/// The part of a class that answers with a list; the whole of what is no class, or has no such part.
fn narrowed(repo: &Snapshot, region: Region) -> Region {
    let is_class = lines(repo, &region).first().is_some_and(|(_, line)| line.contains("class "));
    let part = is_class.then(|| within(repo, Region { path: region.path.clone(), ..region })).flatten();
    part.unwrap_or(region)
}

/// From the head of what answers with a list to where it ends.
fn within(repo: &Snapshot, region: Region) -> Option<Region> {
    let lines = lines(repo, &region);
    let head = lines.iter().position(|(_, line)| HEAD.is_match(line))?;
    let depth = |line: &str| line.len() - line.trim_start().len();
    let indent = depth(lines[head].1);
    let is_over = |(_, line): &&(u32, &str)| {
        !line.trim().is_empty() && depth(line) <= indent && !line.trim_start().starts_with(['{', ')', ']'])
    };
    let end = lines[head + 1..].iter().find(is_over).map_or(region.lines.1, |(line, _)| line - 1);
    Some(Region { lines: (lines[head].0, end.max(lines[head].0)), ..region })
}

fn lines<'a>(repo: &'a Snapshot, region: &Region) -> Vec<(u32, &'a str)> {
    let (first, last) = region.lines;
    let text = repo.text(&region.path).unwrap_or_default();
    (1..)
        .zip(text.lines())
        .skip(first.saturating_sub(1) as usize)
        .take((last + 1).saturating_sub(first) as usize)
        .collect()
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//") || line.trim_start().starts_with('#')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::areas::api::Surface;
    use crate::snapshot::fixture::Fixture;

    /// The places of the query and of the handler of the first list of `files`.
    fn read(files: &[(&str, &str)]) -> (Option<String>, String) {
        let repo = files.iter().fold(Fixture::new(), |repo, (path, text)| repo.file(path, text)).snapshot();
        let said = |place: Place| format!("{}:{}", place.path, place.lines.map_or(0, |lines| lines.0));
        let routes = &Surface::of(&repo).endpoints;
        let is_list = |route: &&Endpoint| route.path.ends_with("/invoices") || route.path.ends_with("/invoices/");
        let route = routes.iter().find(is_list).unwrap_or_else(|| panic!("no list among {routes:?}"));
        (query(&repo, route).map(said), said(place(&repo, route)))
    }

    #[test]
    fn the_query_is_found_in_the_handler_of_every_framework() {
        let gin = "package main\nimport \"github.com/gin-gonic/gin\"\nfunc main() {\n\tr := gin.Default()\n\tr.GET(\"/invoices\", Limit(), h.ListInvoices)\n}\n";
        let go = "package handlers\nfunc (h *Handler) Get(c *gin.Context) {\n\th.DB.Find(&one)\n}\nfunc (h *Handler) ListInvoices(c *gin.Context) {\n\tvar all []Invoice\n\th.DB.Where(\"a = ?\", a).Order(\"b\").Find(&all)\n}\n";
        let axum = "use axum::Router;\nfn app() -> Router { Router::new()\n    .route(\"/invoices\", get(list)) }\nasync fn list(State(p): State<Pool>) {\n    sqlx::query_as(\"SELECT\").bind(a)\n        .fetch_all(&p).await\n}\n";
        let spring = "@RestController\n@RequestMapping(\"/invoices\")\nclass Invoices {\n  @GetMapping\n  List<Invoice> list() {\n    return invoices.findByTenantOrderByNumber(tenant);\n  }\n}\n";
        let csharp = "[ApiController]\n[Route(\"invoices\")]\npublic class InvoicesController : ControllerBase\n{\n    [HttpGet]\n    public async Task<IActionResult> List()\n    {\n        return Ok(await _db.Invoices.Where(i => i.A == a).OrderBy(i => i.B).ToListAsync());\n    }\n}\n";
        let django =
            "from django.urls import path\nfrom . import views\nurlpatterns = [path('invoices/', views.invoices)]\n";
        let view = "def other(request):\n    return 1\n\ndef invoices(request):\n    return render(Invoice.objects.filter(a=1).order_by('b'))\n";
        let laravel = "<?php\nuse Illuminate\\Support\\Facades\\Route;\nRoute::get('/invoices', [InvoiceController::class, 'index']);\n";
        let controller = "<?php\nclass InvoiceController {\n    public function index() {\n        return Invoice::where('a', 1)->get();\n    }\n}\n";
        let rails = "Rails.application.routes.draw do\n  resources :invoices\nend\n";
        let ruby = "class InvoicesController < ApplicationController\n  def show\n    Invoice.where(id: 1)\n  end\n\n  def index\n    render json: Invoice.where(a: 1).order(:b)\n  end\nend\n";
        for (files, query) in [
            (vec![("main.go", gin), ("handlers/invoices.go", go)], "handlers/invoices.go:7"),
            (vec![("src/main.rs", axum)], "src/main.rs:6"),
            (vec![("Invoices.java", spring)], "Invoices.java:6"),
            (vec![("InvoicesController.cs", csharp)], "InvoicesController.cs:8"),
            (vec![("shop/urls.py", django), ("shop/views.py", view)], "shop/views.py:5"),
            (
                vec![("routes/api.php", laravel), ("app/Http/Controllers/InvoiceController.php", controller)],
                "app/Http/Controllers/InvoiceController.php:4",
            ),
            (
                vec![("config/routes.rb", rails), ("app/controllers/invoices_controller.rb", ruby)],
                "app/controllers/invoices_controller.rb:7",
            ),
        ] {
            assert_eq!(read(&files).0.as_deref(), Some(query));
        }
    }

    #[test]
    fn a_list_that_stands_in_the_source_has_no_query() {
        let app = "const app = require('express')();\napp.get('/invoices', (req, res) => res.json(['a', 'b']));\napp.get('/users', async (req, res) => res.json(await User.find({})));\n";
        assert_eq!(read(&[("app.js", app)]), (None, "app.js:2".to_owned()));
    }

    #[test]
    fn without_a_query_the_handler_is_shown() {
        let routes = "const app = require('express')();\napp.get('/invoices', invoices.listInvoices);\n";
        let handler =
            "const a = 1;\nexports.listInvoices = async (req, res) => {\n  res.json(await service(req));\n};\n";
        assert_eq!(read(&[("routes.js", routes), ("invoices.js", handler)]), (None, "invoices.js:2".to_owned()));
        let factory = "exports.listInvoices = () => {\n  return make(store());\n};\n";
        assert_eq!(read(&[("routes.js", routes), ("invoices.js", factory)]), (None, "routes.js:2".to_owned()));
        assert_eq!(read(&[("routes.js", routes)]), (None, "routes.js:2".to_owned()));
    }
}
