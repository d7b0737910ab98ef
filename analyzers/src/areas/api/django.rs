//! Endpoints of Django and its REST framework: `urlpatterns`, `include`, and routers with view sets.

use std::collections::BTreeSet;

use super::Endpoint;
use super::django_views;
use super::python::Views;
use super::python_modules::Modules;
use super::routers::{RouterId, Routers};
use super::values::{arguments, named, text, words};
use crate::Snapshot;
use crate::code::{CodeMatch, string_literal};

/// The name that stands for the `urlpatterns` of a file.
const PATTERNS: &str = "urlpatterns";

pub(super) fn endpoints(repo: &Snapshot, modules: &Modules<'_>, views: &Views<'_>) -> Vec<Endpoint> {
    let mut routers = Routers::default();
    let code = repo.code();
    let mut drf: BTreeSet<RouterId> = BTreeSet::new();
    for found in code.matches("api.python.router") {
        if let (Some(name), Some(class)) = (found.var("NAME"), found.var("CLASS"))
            && (class.ends_with("DefaultRouter") || class.ends_with("SimpleRouter"))
        {
            drf.insert((found.path.to_string(), name.to_owned()));
        }
    }
    for found in code.matches("api.python.mount").iter().filter(|found| found.var("METHOD") == Some("register")) {
        let Some(router) = found.var("ROUTER").and_then(|router| modules.router(&found.path, router)) else { continue };
        if drf.contains(&router) {
            view_set(repo, views, &mut routers, &router, found);
        }
    }
    for found in code.matches("api.python.path") {
        path(repo, modules, views, &mut routers, &drf, found);
    }
    for router in &drf {
        // `urlpatterns = router.urls` and `urlpatterns += router.urls`.
        let includes = repo.text(&router.0).is_some_and(|text| {
            text.lines().any(|line| line.contains(PATTERNS) && line.contains(&format!("{}.urls", router.1)))
        });
        if includes {
            routers.mount((router.0.clone(), PATTERNS.to_owned()), String::new(), router.clone());
        }
    }
    let endpoints = routers.endpoints();
    routers.tell(repo, "Django");
    endpoints
}

/// `router.register("users", UserViewSet)`: the collection and the member, by the actions that the view set has.
fn view_set(repo: &Snapshot, views: &Views<'_>, routers: &mut Routers, router: &RouterId, found: &CodeMatch) {
    let arguments = found.var("ARGS").map(arguments).unwrap_or_default();
    let Some(prefix) = named(&arguments, "prefix").or_else(|| arguments.first().copied()) else { return };
    let Some(class) = named(&arguments, "viewset").or_else(|| arguments.get(1).copied()) else { return };
    let class = class.rsplit('.').next().unwrap_or(class);
    let base = text(repo, &found.path, prefix);
    let bases = views.bases(class).unwrap_or("ModelViewSet");
    let own = views.verbs(class);
    let all = bases.contains("ModelViewSet") && !bases.contains("ReadOnly");
    let has = |action: &str, mixin: &str| {
        all || own.contains(action)
            || bases.contains(mixin)
            || (bases.contains("ReadOnly") && matches!(action, "list" | "retrieve"))
    };
    let member = format!("{base}/{{pk}}");
    for (action, mixin, method, path) in [
        ("list", "ListModelMixin", "GET", &base),
        ("create", "CreateModelMixin", "POST", &base),
        ("retrieve", "RetrieveModelMixin", "GET", &member),
        ("update", "UpdateModelMixin", "PUT", &member),
        ("partial_update", "UpdateModelMixin", "PATCH", &member),
        ("destroy", "DestroyModelMixin", "DELETE", &member),
    ] {
        if has(action, mixin) {
            routers.route(router.clone(), endpoint(found, method, path, true, false));
        }
    }
    // `@action(detail=True, methods=["post"])` inside of the class.
    for (lines, detail, methods, name) in actions(repo, class) {
        let path = if detail { format!("{member}/{name}") } else { format!("{base}/{name}") };
        for method in methods {
            let mut endpoint = endpoint(found, &method, &path, true, false);
            endpoint.lines = lines.unwrap_or(endpoint.lines);
            routers.route(router.clone(), endpoint);
        }
    }
}

type Action = (Option<(u32, u32)>, bool, Vec<String>, String);

fn actions(repo: &Snapshot, class: &str) -> Vec<Action> {
    repo.code()
        .matches("api.python.action")
        .iter()
        .filter(|found| found.scopes.iter().any(|scope| scope.name == class))
        .filter_map(|found| {
            let arguments = arguments(found.var("ARGS")?);
            let methods = named(&arguments, "methods").map(words).unwrap_or_default();
            let mut methods: Vec<String> = methods.into_iter().map(str::to_uppercase).collect();
            if methods.is_empty() {
                methods.push("GET".to_owned());
            }
            let name = named(&arguments, "url_path").and_then(string_literal).or(found.var("HANDLER"))?;
            Some((None, named(&arguments, "detail") == Some("True"), methods, name.to_owned()))
        })
        .collect()
}

fn path(
    repo: &Snapshot,
    modules: &Modules<'_>,
    views: &Views<'_>,
    routers: &mut Routers,
    drf: &BTreeSet<RouterId>,
    found: &CodeMatch,
) {
    let Some(route) = found.var("ROUTE") else { return };
    let file = &*found.path;
    // A pattern's `^`, `$` and `\Z` say where it begins and ends, and a slash that may be left out is none.
    let route = text(repo, file, route);
    let route =
        route.trim_start_matches('^').trim_end_matches("\\Z").trim_end_matches('$').trim_end_matches("/?").to_owned();
    let route = format!("{}{route}", around(repo, found));
    let parent = (file.to_owned(), list(repo, found));
    let arguments = found.var("ARGS").map(arguments).unwrap_or_default();
    let Some(view) = arguments.first().copied().map(|view| view.trim_start_matches("view=").trim()) else { return };
    if let Some(included) = view.strip_prefix("include").map(|rest| rest.trim()) {
        let target = self::arguments(included).first().copied().unwrap_or_default();
        let target = target.trim_start_matches('(');
        let target = target.split(',').next().unwrap_or(target).trim();
        if let Some(module) = string_literal(target) {
            if let Some(module) = modules.file(file, module) {
                routers.mount(parent, route, (module.to_owned(), PATTERNS.to_owned()));
            }
        } else if let Some(router) = target.strip_suffix(".urls").and_then(|router| modules.router(file, router)) {
            if drf.contains(&router) {
                routers.mount(parent, route, router);
            } else if let Some(module) = modules.file(file, &target.replace("..", ".")) {
                routers.mount(parent, route, (module.to_owned(), PATTERNS.to_owned()));
            }
        } else if let Some(list) = modules.router(file, target) {
            routers.mount(parent, route, list);
        }
        return;
    }
    if view.ends_with(".urls") && !view.contains('(') {
        return; // Django Ninja's, or the administration's.
    }
    if view.contains("admin.site") || view.contains("Spectacular") || view.contains("schema_view") {
        return;
    }
    let name = view.split(".as_view").next().unwrap_or(view);
    let name = name.rsplit('.').next().unwrap_or(name).trim_matches(|c: char| !c.is_alphanumeric() && c != '_');
    let bases = views.bases(name).unwrap_or_default();
    let (methods, is_api): (Vec<String>, bool) = if let Some(methods) = views.api_view(name) {
        (methods.iter().map(|method| method.to_uppercase()).collect(), true)
    } else if view.contains(".as_view") {
        let mapped = view.split_once("as_view(").map_or("", |(_, rest)| rest);
        let mut methods: Vec<String> = ["get", "post", "put", "patch", "delete"]
            .iter()
            .filter(|verb| {
                mapped.contains(&format!("\"{verb}\""))
                    || mapped.contains(&format!("'{verb}'"))
                    || views.verbs(name).contains(*verb)
            })
            .map(|verb| verb.to_uppercase())
            .collect();
        for (part, verbs) in [
            ("List", &["GET"][..]),
            ("Create", &["POST"]),
            ("Retrieve", &["GET"]),
            ("Update", &["PUT", "PATCH"]),
            ("Destroy", &["DELETE"]),
            ("TokenObtain", &["POST"]),
            ("TokenRefresh", &["POST"]),
        ] {
            if (bases.contains("APIView") && bases.contains(part)) || (name.starts_with(part) && bases.is_empty()) {
                methods.extend(verbs.iter().map(|verb| (*verb).to_owned()));
            }
        }
        let is_api = bases.contains("API") || bases.contains("ViewSet") || name.starts_with("Token");
        (methods, is_api)
    } else {
        (vec!["*".to_owned()], false)
    };
    let methods: BTreeSet<String> = methods.into_iter().collect();
    let page = !is_api
        && (views.is_page(defined_in(repo, modules, file, view).map(|(file, _)| file), name)
            || shows_no_data(repo, modules, file, view)
            || [
                "TemplateView",
                "ListView",
                "DetailView",
                "CreateView",
                "UpdateView",
                "DeleteView",
                "FormView",
                "LoginView",
                "LogoutView",
                "RedirectView",
            ]
            .iter()
            .any(|generic| bases.contains(generic) || name == *generic));
    for method in if methods.is_empty() { BTreeSet::from(["*".to_owned()]) } else { methods } {
        routers.route(parent.clone(), endpoint(found, &method, &route, is_api, page));
    }
}

/// The routes of the lists that a route stands in: `path("api/", include([path("v1/", ...)]))`.
fn around(repo: &Snapshot, found: &CodeMatch) -> String {
    if !repo.text(&found.path).is_some_and(|text| text.contains("include([") || text.contains("include(([")) {
        return String::new();
    }
    let outer = repo.code().matches("api.python.path").iter().filter(|outer| {
        outer.path == found.path && outer.bytes.start < found.bytes.start && outer.bytes.end >= found.bytes.end
    });
    outer.filter_map(|outer| Some(text(repo, &found.path, outer.var("ROUTE")?))).collect()
}

/// The list that a route stands in: one that is included by its name, or `urlpatterns`.
fn list(repo: &Snapshot, found: &CodeMatch) -> String {
    let text = repo.text(&found.path).unwrap_or_default();
    let given = text.get(..found.bytes.start).unwrap_or_default().lines().rev().find_map(|line| {
        let (name, value) = line.split_once('=')?;
        let name = name.split(':').next().unwrap_or(name).trim_end_matches(['+', ' ']);
        let is_name = line.starts_with(name) && name.chars().all(|c| c.is_alphanumeric() || c == '_');
        (is_name && !name.is_empty() && value.trim_start().starts_with(['[', '('])).then_some(name)
    });
    let is_included =
        |name: &&str| ["include(", "include(("].iter().any(|call| text.contains(&format!("{call}{name}")));
    given.filter(is_included).unwrap_or(PATTERNS).to_owned()
}

/// Where a view is defined: in the module that it is taken from, or beside it where that is a package.
fn defined_in<'a>(repo: &'a Snapshot, modules: &Modules<'a>, file: &str, view: &str) -> Option<(&'a str, &'a str)> {
    let (module, name) = modules.router(file, view.split(".as_view").next().unwrap_or(view))?;
    let texts = repo.tree().own_texts().map(|(file, text)| (file.path.as_str(), text));
    let is_there = |(path, text): &(&str, &str)| {
        let beside = module.strip_suffix("__init__.py").and_then(|package| path.strip_prefix(package));
        (*path == module || beside.is_some_and(|name| !name.contains('/') && name.ends_with(".py")))
            && django_views::defines(text, &name)
    };
    texts.into_iter().find(is_there)
}

/// Whether the source of a view is there and shows nothing that could be data.
fn shows_no_data(repo: &Snapshot, modules: &Modules<'_>, file: &str, view: &str) -> bool {
    let expression = view.split(".as_view").next().unwrap_or(view);
    let name = expression.rsplit('.').next().unwrap_or(expression).trim();
    let text = defined_in(repo, modules, file, view).map(|(_, text)| text);
    text.and_then(|text| django_views::is_data(text, name)).is_some_and(|is_data| !is_data)
}

fn endpoint(found: &CodeMatch, method: &str, path: &str, is_rest: bool, page: bool) -> Endpoint {
    Endpoint {
        file: found.path.to_string(),
        lines: found.lines,
        method: method.to_owned(),
        path: path.to_owned(),
        framework: if is_rest { "Django REST framework" } else { "Django" },
        page,
    }
}

#[cfg(test)]
mod tests {
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn url_patterns_routers_and_includes() {
        let repo = Fixture::new()
            .file("site/urls.py", "from django.urls import include, path\nurlpatterns = [\n    path('admin/', admin.site.urls),\n    path('api/v1/', include('shop.urls')),\n]\n")
            .file("shop/urls.py", "from django.urls import include, path\nfrom rest_framework.routers import DefaultRouter\nfrom . import views\nrouter = DefaultRouter()\nrouter.register(r'items', views.ItemViewSet)\nurlpatterns = [\n    path('', include(router.urls)),\n    path('total/', views.total),\n    path('home/', views.home),\n]\n")
            .file("shop/views.py", "class ItemViewSet(viewsets.ReadOnlyModelViewSet):\n    @action(detail=True, methods=['post'])\n    def buy(self, request, pk):\n        pass\n@api_view(['GET'])\ndef total(request):\n    pass\ndef home(request):\n    return render(request, 'home.html')\n")
            .snapshot();
        let shown: Vec<String> = super::super::python::endpoints(&repo)
            .into_iter()
            .map(|it| format!("{} {}{}", it.method, it.path, if it.page { " page" } else { "" }))
            .collect();
        for expected in [
            "GET /api/v1/items",
            "GET /api/v1/items/{pk}",
            "POST /api/v1/items/{pk}/buy",
            "GET /api/v1/total",
            "* /api/v1/home page",
        ] {
            assert!(shown.iter().any(|it| it == expected), "{expected} is not in {shown:?}");
        }
        assert_eq!(shown.len(), 5, "{shown:?}");
    }

    #[test]
    fn lists_that_are_included_by_name() {
        let repo = Fixture::new()
            .file("urls.py", "from django.urls import include, path\nfrom shop import views\napi_urls = [\n    path('items/', views.items),\n]\nurlpatterns = [\n    path('api/v1/', include(api_urls)),\n    path('api/v2/', include((api_urls, 'v2'))),\n    path('totals/', views.totals),\n]\n")
            .snapshot();
        let mut shown: Vec<String> = super::super::python::endpoints(&repo).into_iter().map(|it| it.path).collect();
        shown.sort();
        assert_eq!(shown, ["/api/v1/items", "/api/v2/items", "/totals"]);
    }

    #[test]
    fn lists_within_lists() {
        let repo = Fixture::new()
            .file("urls.py", "from django.urls import include, path\nfrom shop import views\nurlpatterns = [\n    path('api/', include([path('v1/', include('shop.urls')), path('items/', views.items)])),\n]\n")
            .file("shop/urls.py", "from django.urls import path\nurlpatterns = [path('totals/', views.totals)]\n")
            .snapshot();
        let mut shown: Vec<String> = super::super::python::endpoints(&repo).into_iter().map(|it| it.path).collect();
        shown.sort();
        assert_eq!(shown, ["/api/items", "/api/v1/totals"]);
    }

    #[test]
    fn a_view_is_data_where_it_says_so() {
        let views = "from django.http import HttpResponse, JsonResponse\nclass Later(View):\n    pass\ndef paid(request):\n    return HttpResponse('Paid')\ndef total(request):\n    return JsonResponse({'total': 1})\n";
        let repo = Fixture::new()
            .file("urls.py", "from django.urls import path\nfrom . import views\nurlpatterns = [\n    path('later/', views.Later.as_view()),\n    path('paid/', views.paid),\n    path('total/', views.total),\n]\n")
            .file("views/__init__.py", "from .all import *\n")
            .file("views/all.py", views)
            .file("other/views.py", "def total(request):\n    return render(request, 'total.html')\n")
            .snapshot();
        let endpoints = super::super::python::endpoints(&repo);
        let data: Vec<&str> = endpoints.iter().filter(|it| !it.page).map(|it| it.path.as_str()).collect();
        assert_eq!((endpoints.len(), data), (3, vec!["/total"]));
    }
}
